import { expect, test } from 'vitest'
import { onEachDatabase, PUBLIC_URL, testApi, type Person } from '../../../test/kit.ts'
import { startMailServer, textOf } from '../../../test/mail-server.ts'
import { sendMail } from '../../send-mail.ts'

const ADDRESS = 'grace@example.com'

async function invite(by: Person, body: object = {}) {
  const answer = await by.agent
    .post('/api/session/organization/invite-member')
    .send({ email: ADDRESS, role: 'member', ...body })
  expect(answer.status).toBe(200)
  return answer.body as { id: string; mail: string; status: string }
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

  test('no organization has more mails sent than it may in an hour', async () => {
    const { mails, url } = await startMailServer()
    const api = await open({ env: { SMTP_URL: url } })
    const owner = await api.owner()
    const outcomes: string[] = []
    for (let sent = 0; sent < 6; sent++) outcomes.push((await invite(owner)).mail)
    expect(outcomes).toEqual([...Array<string>(5).fill('sent'), 'limited'])
    expect(await invite(owner, { resend: true })).toMatchObject({ mail: 'off', status: 'pending' })
    expect(mails).toHaveLength(5)
    await api.ctx.db
      .updateTable('invitations')
      .set({ created_at: new Date(Date.now() - 3_700_000).toISOString() })
      .execute()
    expect((await invite(owner)).mail).toBe('sent')
    for (let sent = 1; sent < 50; sent++) await invite(owner, { email: `${sent}@example.com` })
    expect((await invite(owner, { email: 'last@example.com' })).mail).toBe('limited')
    expect((await invite(await api.owner())).mail).toBe('sent')
  })
})

test('without SMTP_URL nothing is mailed, and the link is all there is', async () => {
  const api = await testApi()
  expect(await invite(await api.owner())).toMatchObject({ mail: 'off', status: 'pending' })
})

test('a mail server that refuses leaves the invitation standing, and is logged without the link', async () => {
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

test('what a name holds never becomes a header of the mail', async () => {
  const { mails, url } = await startMailServer()
  const api = await testApi({ env: { SMTP_URL: url } })
  const owner = await api.owner()
  await api.ctx.db
    .updateTable('organizations')
    .set({ name: 'Acme\r\nBcc: all@example.com' })
    .execute()
  await invite(owner)
  const [headers = ''] = mails[0]!.content.split('\r\n\r\n')
  expect(headers).not.toMatch(/^Bcc:/im)
  expect(mails).toMatchObject([{ to: ADDRESS }])
})

const mail = { to: ADDRESS, subject: 'Hello', text: 'Hello' }

test('a mail server that says nothing is not waited for', async () => {
  const { url } = await startMailServer('silent')
  const { ctx } = await testApi({ env: { SMTP_URL: url } })
  await expect(sendMail(ctx, mail, 50)).rejects.toThrow()
})

test('a password is never sent over a connection in the clear', async () => {
  const { commands, url } = await startMailServer()
  const env = { SMTP_URL: url.replace('smtp://', 'smtp://keys:secret@') }
  const { ctx } = await testApi({ env })
  await expect(sendMail(ctx, mail)).rejects.toThrow()
  expect(commands.join()).toContain('EHLO')
  expect(commands.join()).not.toContain('AUTH')
})
