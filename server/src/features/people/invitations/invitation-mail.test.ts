import { sql } from 'kysely'
import { expect, test } from 'vitest'
import {
  onEachDatabase,
  PUBLIC_URL,
  testApi,
  type Person,
} from '../../../../../scripts/testkit/api/kit.ts'
import {
  startMailServer,
  textOf,
  type Mail,
} from '../../../../../scripts/testkit/processes/mail-server.ts'
import { sendBySmtp } from '../mail/smtp.ts'

const ADDRESS = 'grace@example.com'

async function invite(by: Person, body: object = {}, from = '198.51.100.1') {
  const answer = await by.agent
    .post('/api/session/organization/invite-member')
    .set('X-Forwarded-For', from)
    .send({ email: ADDRESS, role: 'member', ...body })
  expect(answer.status).toBe(200)
  return answer.body as { id: string; mail: string; status: string }
}

/** The text of a mail; its bytes are UTF-8 in any encoding. */
function decoded(mail: Mail): string {
  const [headers = '', ...parts] = mail.content.split('\r\n\r\n')
  const body = parts.join('\r\n\r\n')
  if (/base64/i.test(headers)) return Buffer.from(body, 'base64').toString()
  return Buffer.from(textOf({ ...mail, content: body }), 'latin1').toString()
}

onEachDatabase((open) => {
  test('an invitation is mailed to the address, with its link', async () => {
    const { mails, url } = await startMailServer()
    const api = await open({ env: { SMTP_URL: `${url}?from=keys@example.com` } })
    const owner = await api.owner()
    const { id, mail } = await invite(owner)
    expect(mail).toBe('sent')
    expect(mails).toMatchObject([{ from: 'keys@example.com', to: ADDRESS }])
    const text = textOf(mails[0]!)
    expect(text).toContain(`${PUBLIC_URL}/invitation#token=${id}`)
    expect(text).toContain(`Max owner (${owner.email}) invites you to Test organization`)
    expect(api.logs.join('')).not.toContain(id)
  })

  test('one recipient gets 10 mails in an hour, in any spelling and from any inviter', async () => {
    const { mails, url } = await startMailServer()
    const api = await open({ env: { SMTP_URL: url, TRUST_PROXY: '1' } })
    const owners = await Promise.all(Array.from({ length: 12 }, () => api.owner()))
    const answers = await Promise.all(
      owners.map((owner, at) =>
        invite(owner, { email: at % 2 ? ADDRESS : 'Grace+more@Example.com' }, `203.0.113.${at}`),
      ),
    )
    const outcomes = answers.map(({ mail }) => mail).toSorted()
    expect(outcomes).toEqual(['limited', 'limited', ...Array<string>(10).fill('sent')])
    expect(mails).toHaveLength(10)
    // The invitation stands nevertheless, and other recipients get their mail.
    expect(answers.every(({ status }) => status === 'pending')).toBe(true)
    expect((await invite(owners[0]!, { email: 'other@example.com' })).mail).toBe('sent')
    expect(await invite(owners[0]!, { resend: true })).toMatchObject({ mail: 'off' })
    api.clock.advance(3601)
    expect((await invite(owners[1]!)).mail).toBe('sent')
    const { rows } = await sql`select * from verifications`.execute(api.ctx.db)
    expect(JSON.stringify(rows)).not.toMatch(/grace|203\.0/i)
  })

  test('one address, or one IPv6 /64, causes 20 mails in an hour', async () => {
    const { mails, url } = await startMailServer()
    const api = await open({ env: { SMTP_URL: url, TRUST_PROXY: '1' } })
    const owner = await api.owner()
    const outcomes: string[] = []
    for (let at = 0; at < 21; at++) {
      const answer = await invite(owner, { email: `a${at}@example.com` }, `2001:db8:1:2::${at}`)
      outcomes.push(answer.mail)
    }
    expect(outcomes).toEqual([...Array<string>(20).fill('sent'), 'limited'])
    const elsewhere = await invite(owner, { email: 'z@example.com' }, '2001:db8:1:3::1')
    expect(elsewhere.mail).toBe('sent')
    expect(mails).toHaveLength(21)
  })

  test("no person's words are in a subject, and no name becomes a link", async () => {
    const { mails, url } = await startMailServer()
    const api = await open({ env: { SMTP_URL: url } })
    const owner = await api.owner()
    const names = [
      'Pay at https://evil.example/pay now',
      'evil.example',
      'www.evil.example:8080',
      'help@evil.example',
      'evil\u3002example\uff0fpay',
      '\u202emoc.live',
      'ev\u200bil.exam\u00adple',
      'Acme\r\nBcc: all@example.com\r\n\r\nhttp://evil.example',
      'Acme\u2028http://evil.example',
    ]
    for (const [at, name] of names.entries()) {
      await api.ctx.db.updateTable('organizations').set({ name }).execute()
      await api.ctx.db.updateTable('users').set({ name }).execute()
      await invite(owner, { email: `a${at}@example.com` })
      const mail = mails.at(-1)!
      expect(mail.to).toBe(`a${at}@example.com`)
      const [headers = ''] = mail.content.split('\r\n\r\n')
      expect(headers).toMatch(/^Subject: You are invited to Zentrix Agent Studio$/m)
      expect(headers).not.toMatch(/^Bcc:/im)
      const rest = decoded(mail).replaceAll(owner.email, '').replaceAll(mail.to, '')
      const line =
        rest.split('invites you to')[0]! + rest.split('invites you to')[1]!.split('\n')[0]
      expect(line).not.toMatch(/[.:/@\u3002\uff0f](?=[^\s,])|\p{Cf}/u)
    }
  })
})

test('without SMTP_URL nothing is mailed, and the inviter has the link', async () => {
  const api = await testApi()
  expect(await invite(await api.owner())).toMatchObject({ mail: 'off', status: 'pending' })
})

test('a refusal of the mail server leaves the invitation standing, and is logged without the link', async () => {
  const { url } = await startMailServer('refusing')
  const api = await testApi({ env: { SMTP_URL: url } })
  const { id, mail } = await invite(await api.owner())
  expect(mail).toBe('failed')
  const shown = await api.request.post('/api/session/invitation').send({ token: id })
  expect(shown.body).toMatchObject({ status: 'pending' })
  const log = api.logs.join('')
  expect(log).toContain('an invitation could not be mailed')
  expect(log).not.toContain(id.split('.')[1])
  expect(log).not.toContain(ADDRESS)
})

const mail = { to: ADDRESS, subject: 'Hello', text: 'Hello' }

test('a silent mail server delays nobody', async () => {
  const { url } = await startMailServer('silent')
  const { ctx } = await testApi({ env: { SMTP_URL: url } })
  await expect(sendBySmtp(ctx, mail, 50)).rejects.toThrow()
})

test('a password is never sent over an unencrypted connection', async () => {
  const { commands, url } = await startMailServer()
  const env = { SMTP_URL: url.replace('smtp://', 'smtp://keys:secret@') }
  const { ctx } = await testApi({ env })
  await expect(sendBySmtp(ctx, mail)).rejects.toThrow()
  expect(commands.join()).toContain('EHLO')
  expect(commands.join()).not.toContain('AUTH')
})
