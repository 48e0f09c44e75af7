import { expect, test } from 'vitest'
import { onEachDatabase, PASSWORD, type TestApi } from '../../../../../scripts/testkit/api/kit.ts'
import { makeResetToken } from '../passwords/make-reset-token.ts'

function signIn(api: TestApi, email: string, password = PASSWORD, headers = {}) {
  return api.request.post('/api/session/sign-in/email').set(headers).send({ email, password })
}

function cookiesOf(response: { headers: Record<string, unknown> }): string {
  const cookies = response.headers['set-cookie'] as string[]
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ')
}

async function statuses(attempts: PromiseLike<{ status: number }>[]): Promise<number[]> {
  return (await Promise.all(attempts)).map(({ status }) => status).toSorted()
}

onEachDatabase((open) => {
  test('a wrong password and an unknown address get the same answer', async () => {
    const api = await open()
    const { email } = await api.owner()
    const wrong = await signIn(api, email, 'not the password').expect(401)
    const unknown = await signIn(api, 'nobody@example.com').expect(401)
    expect(unknown.body).toEqual(wrong.body)
    expect(wrong.body).toMatchObject({ code: 'INVALID_EMAIL_OR_PASSWORD' })
    for (const { headers } of [wrong, unknown])
      expect(headers['www-authenticate']).toBe('Bearer realm="nas", error="invalid_token"')
    expect(wrong.headers['cache-control']).toBe('no-store')
    await signIn(api, email.toUpperCase()).expect(200)
  })

  test('after 10 failures in a minute an account is closed to strangers until the next', async () => {
    const api = await open()
    const { email } = await api.owner()
    const answers = await statuses(
      Array.from({ length: 14 }, () => signIn(api, email, 'wrong one')),
    )
    expect(answers).toEqual([...Array(10).fill(401), ...Array(4).fill(429)])
    const refused = await signIn(api, email).expect(429)
    expect(refused.body).toMatchObject({ code: 'RATE_LIMITED', message: expect.any(String) })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    api.clock.advance(60)
    await signIn(api, email).expect(200)
  })

  test('10 failures from one address, or one IPv6 /64, close that address for every account', async () => {
    const api = await open({ env: { TRUST_PROXY: '1' } })
    const { email } = await api.owner()
    const from = (ip: string) => ({ 'X-Forwarded-For': ip })
    const guess = (n: number) =>
      signIn(api, `guess-${n}@example.com`, 'wrong', from(`2001:db8:1:2::${n}`))
    expect(await statuses(Array.from({ length: 10 }, (_, n) => guess(n)))).toEqual(
      Array(10).fill(401),
    )
    await signIn(api, email, PASSWORD, from('2001:db8:1:2:3::')).expect(429)
    await signIn(api, email, PASSWORD, from('2001:db8:1:3::')).expect(200)
    await signIn(api, email, PASSWORD, from('203.0.113.9')).expect(200)
  })

  test('good sign-ins are never limited, however many come at once', async () => {
    const api = await open()
    const { email } = await api.owner()
    const answers = await statuses(Array.from({ length: 25 }, () => signIn(api, email)))
    expect(answers).toEqual(Array(25).fill(200))
  })

  test('a browser that has signed in before is not locked out by strangers', async () => {
    const api = await open()
    const { email } = await api.owner()
    const other = await api.owner()
    const known = cookiesOf(await signIn(api, email).expect(200))
    await statuses(Array.from({ length: 10 }, () => signIn(api, email, 'wrong one')))
    await signIn(api, email).expect(429)
    await signIn(api, email, PASSWORD, { Cookie: known }).expect(200)
    // Its own allowance is limited too, and counts only for that account.
    await signIn(api, other.email, PASSWORD, { Cookie: known }).expect(429)
    const guesses = Array.from({ length: 11 }, () =>
      signIn(api, email, 'wrong one', { Cookie: known }),
    )
    expect(await statuses(guesses)).toEqual([...Array(10).fill(401), 429])
  })

  test('a known browser is recognized only by a cookie with our signature', async () => {
    const api = await open()
    const { email } = await api.owner()
    const known = cookiesOf(await signIn(api, email).expect(200))
    await statuses(Array.from({ length: 10 }, () => signIn(api, email, 'wrong one')))
    const forged = known.replace(/nas\.known=[^.]+/, 'nas.known=AAAAAAAAAAAAAAAAAAAAAA')
    expect(forged).not.toBe(known)
    await signIn(api, email, PASSWORD, { Cookie: forged }).expect(429)
  })

  test('over https the cookies are Secure, and no other host can set them', async () => {
    const api = await open({ env: { PUBLIC_URL: 'https://keys.example.com' } })
    const made = await api.request
      .post('/api/session/sign-up/email')
      .send({ name: 'Ada', email: 'ada@example.com', password: PASSWORD })
      .expect(200)
    for (const cookie of made.headers['set-cookie'] as unknown as string[])
      expect(cookie).toMatch(
        /^__Host-nas\.(?=.*; Path=\/(;|$))(?!.*; Domain)(?=.*; HttpOnly)(?=.*; SameSite=Lax)(?=.*; Secure)/,
      )
    const session = await api.request.get('/api/session/get-session').set('Cookie', cookiesOf(made))
    expect(session.body).toMatchObject({ user: { email: 'ada@example.com' } })
    await api.request.get('/api/keys').set('Cookie', cookiesOf(made)).expect(200)
  })

  test('signing out ends the session at once', async () => {
    const api = await open()
    const { email } = await api.owner()
    const cookie = cookiesOf(await signIn(api, email).expect(200))
    await api.request.get('/api/keys').set('Cookie', cookie).expect(200)
    await api.request.post('/api/session/sign-out').set('Cookie', cookie).expect(200)
    await api.request.get('/api/keys').set('Cookie', cookie).expect(401)
    const session = await api.request.get('/api/session/get-session').set('Cookie', cookie)
    expect([session.status, session.body]).toEqual([200, null])
  })

  test('a reset token sets a new password once, and ends all sessions', async () => {
    const api = await open()
    const { agent, email } = await api.owner()
    expect(await makeResetToken(api.ctx, 'nobody@example.com')).toBeUndefined()
    const token = await makeResetToken(api.ctx, email.toUpperCase())
    const reset = (newPassword: string, by = token) =>
      api.request.post('/api/session/reset-password').send({ token: by, newPassword })
    await reset('short').expect(400)
    await reset('a new password', 'A'.repeat(22)).expect(400)
    await reset('a new password').expect(200)
    await reset('another password').expect(400)
    await agent.get('/api/keys').expect(401)
    await signIn(api, email).expect(401)
    await signIn(api, email, 'a new password').expect(200)
    const kept = await api.ctx.db.selectFrom('verifications').select('identifier').execute()
    expect(kept).toEqual([])
  })

  test('passwords and session tokens are never logged', async () => {
    const api = await open()
    const { email } = await api.owner()
    const signedIn = await signIn(api, email).expect(200)
    await signIn(api, email, 'a wrong password').expect(401)
    const { token } = signedIn.body as { token: string }
    const log = api.logs.join('\n')
    for (const secret of [PASSWORD, 'a wrong password', token]) expect(log).not.toContain(secret)
  })
})
