import { expect, test } from 'vitest'
import {
  onEachDatabase,
  PASSWORD,
  PUBLIC_URL,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { startMailServer, textOf } from '../../../../../scripts/testkit/processes/mail-server.ts'

const NEW_PASSWORD = 'another good password'

function ask(api: TestApi, email: string, from = '203.0.113.1') {
  return api.request
    .post('/api/session/request-password-reset')
    .set('X-Forwarded-For', from)
    .send({ email })
}

/** A service with a mail server. */
async function withMail(open: (options: object) => Promise<TestApi>) {
  const { mails, url } = await startMailServer()
  const api = await open({ env: { SMTP_URL: url, TRUST_PROXY: '1' } })
  return { api, mails }
}

async function countsOf({ ctx }: TestApi): Promise<number> {
  const rows = await ctx.db
    .selectFrom('verifications')
    .where('value', '=', '')
    .select('id')
    .execute()
  return rows.length
}

onEachDatabase((open) => {
  test('a forgotten password is replaced by a link that is mailed, works once, and ends sessions', async () => {
    const { api, mails } = await withMail(open)
    const { email, agent } = await api.owner()
    await ask(api, email.toUpperCase()).expect(200)
    await expect.poll(() => mails.length).toBe(1)
    expect(mails[0]!.to).toBe(email)
    const text = textOf(mails[0]!)
    const token = new RegExp(`${PUBLIC_URL}/reset-password#token=([\\w-]{22})`).exec(text)?.[1]
    expect(token, text).toBeDefined()
    expect(api.logs.join('')).not.toContain(token)

    const events = await agent.get('/api/audit-events?action=member.reset_link_made').expect(200)
    expect(events.body.data).toMatchObject([{ actor: { type: 'system' }, ip: '203.0.113.1' }])

    const reset = { token, newPassword: NEW_PASSWORD }
    await api.request.post('/api/session/reset-password').send(reset).expect(200)
    await api.request.post('/api/session/reset-password').send(reset).expect(400)
    await agent.get('/api/keys').expect(401)
    const signIn = (password: string) =>
      api.request.post('/api/session/sign-in/email').send({ email, password })
    await signIn(PASSWORD).expect(401)
    await signIn(NEW_PASSWORD).expect(200)
  })

  test('known and unknown addresses get the same answer, before anything is done', async () => {
    const { api, mails } = await withMail(open)
    const { email } = await api.owner()
    const answers = [await ask(api, email), await ask(api, 'nobody@example.com')]
    const [known, unknown] = answers.map(({ status, body, headers }) => ({
      status,
      body: body as unknown,
      headers: Object.keys(headers).toSorted(),
    }))
    expect(unknown).toEqual(known)
    await api.app.close() // which waits for all mails
    expect(mails.map(({ to }) => to)).toEqual([email])
  })

  test('a mail counts for the limits whether or not there is such an account', async () => {
    const { api, mails } = await withMail(open)
    const { email } = await api.owner()
    for (const [at, address] of [...Array<string>(10).fill(email), email].entries())
      await ask(api, address, `198.51.100.${at}`).expect(200)
    await expect.poll(() => mails.length).toBe(10)
    await expect.poll(() => countsOf(api)).toBe(20) // of each, the recipient and the address

    const other = await api.owner()
    for (let at = 0; at < 20; at++) {
      if (at === 10) api.clock.advance(60)
      await ask(api, `nobody-${at}@example.com`, '203.0.113.9').expect(200)
    }
    await expect.poll(() => countsOf(api)).toBe(60)
    api.clock.advance(60)
    await ask(api, other.email, '203.0.113.9').expect(200)
    await api.app.close()
    expect(mails.map(({ to }) => to)).not.toContain(other.email)
    expect(mails).toHaveLength(10)
  })

  test('an address asks 10 times a minute', async () => {
    const { api } = await withMail(open)
    for (let at = 0; at < 10; at++) await ask(api, `nobody-${at}@example.com`).expect(200)
    const refused = await ask(api, 'nobody@example.com').expect(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    await ask(api, 'nobody@example.com', '203.0.113.2').expect(200)
  })

  test('a person who signs in without a password gets no link past their identity provider', async () => {
    const { api, mails } = await withMail(open)
    const { email } = await api.owner()
    await api.ctx.db.updateTable('accounts').set({ provider_id: 'oidc' }).execute()
    await ask(api, email).expect(200)
    await api.app.close()
    expect(mails).toEqual([])
  })

  test('without a mail server the answer says whom to ask, for any address', async () => {
    const api = await open()
    const { email } = await api.owner()
    for (const address of [email, 'nobody@example.com']) {
      const { body } = await ask(api, address).expect(400)
      expect(body).toMatchObject({ code: 'RESET_PASSWORD_DISABLED' })
    }
    const options = await api.request.get('/api/session/options').expect(200)
    expect(options.body).toMatchObject({ passwordResetByMail: false })
  })
})
