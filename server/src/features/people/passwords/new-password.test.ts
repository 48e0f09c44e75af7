import { expect, test } from 'vitest'
import {
  onEachDatabase,
  PASSWORD,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { totp } from '../../../../../scripts/testkit/api/totp.ts'
import { makeResetToken } from './make-reset-token.ts'

const NEW_PASSWORD = 'another good password'

function post(api: TestApi, path: string, body: object, cookie = '') {
  return api.request.post(`/api/session/${path}`).set('Cookie', cookie).send(body)
}

function cookiesOf({ headers }: { headers: Record<string, unknown> }): string {
  const cookies = (headers['set-cookie'] ?? []) as string[]
  return cookies
    .filter((cookie) => !/max-age=0/i.test(cookie))
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

const reset = (api: TestApi, token: string | undefined) =>
  post(api, 'reset-password', { token, newPassword: NEW_PASSWORD })

/** Turns the second factor on. @returns its secret, and the cookie of the new session */
async function enable(api: TestApi, { cookie }: Person) {
  const { body } = await post(api, 'two-factor/enable', { password: PASSWORD }, cookie).expect(200)
  const secret = new URL(body.totpURI as string).searchParams.get('secret')!
  const on = await post(api, 'two-factor/verify-totp', { code: totp(secret) }, cookie).expect(200)
  return { secret, cookie: cookiesOf(on) }
}

onEachDatabase((open) => {
  const ways = {
    'a change of the password': (api: TestApi, _: Person, cookie: string) =>
      post(
        api,
        'change-password',
        { currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
        cookie,
      ),
    'a reset': async (api: TestApi, { email }: Person) =>
      reset(api, await makeResetToken(api.ctx, email)),
  }
  for (const [way, setPassword] of Object.entries(ways))
    test(`${way} ends the person's reset links and unfinished sign-ins, and nobody else's`, async () => {
      const api = await open()
      const person = await api.owner()
      const other = await api.owner()
      const { secret, cookie } = await enable(api, person)
      const links = [
        await makeResetToken(api.ctx, person.email),
        await makeResetToken(api.ctx, person.email),
      ]
      const othersLink = await makeResetToken(api.ctx, other.email)
      const challenge = await post(api, 'sign-in/email', {
        email: person.email,
        password: PASSWORD,
      }).expect(200)
      expect(challenge.body).toMatchObject({ twoFactorRedirect: true })

      expect((await setPassword(api, person, cookie)).status).toBe(200)
      for (const link of links) expect((await reset(api, link)).status).toBe(400)
      const code = totp(secret, 1)
      const late = await post(api, 'two-factor/verify-totp', { code }, cookiesOf(challenge))
      expect(late.status).toBe(401)
      expect((await reset(api, othersLink)).status).toBe(200)

      const begun = await post(api, 'sign-in/email', {
        email: person.email,
        password: NEW_PASSWORD,
      }).expect(200)
      await post(api, 'two-factor/verify-totp', { code }, cookiesOf(begun)).expect(200)
    })

  test('of two links of a person without a password, one sets the first password', async () => {
    const api = await open()
    const { email } = await api.owner()
    await api.ctx.db.deleteFrom('accounts').execute() // as after a single sign-on
    const [first, second] = [
      await makeResetToken(api.ctx, email),
      await makeResetToken(api.ctx, email),
    ]
    expect((await reset(api, first)).status).toBe(200)
    expect((await reset(api, second)).status).toBe(400)
  })
})
