import { expect, test } from 'vitest'
import {
  onEachDatabase,
  PASSWORD,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { operator } from '../../../commands/command.ts'
import { fromBase32, totp } from '../../../../../scripts/testkit/api/totp.ts'
import { turnOffSecondFactor } from './turn-off-second-factor.ts'

type Enabled = { secret: string; code: string; backupCodes: string[] }

/** Follows the cookies of an answer as a browser does. */
function cookiesOf(...responses: { headers: Record<string, unknown> }[]): string {
  const jar = new Map<string, string>()
  for (const { headers } of responses)
    for (const cookie of (headers['set-cookie'] ?? []) as string[]) {
      const [name = '', value = ''] = cookie.split(';')[0]!.split(/=(.*)/)
      if (/max-age=0/i.test(cookie)) jar.delete(name)
      else jar.set(name, value)
    }
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

function post(api: TestApi, path: string, body: object, cookie = '') {
  return api.request.post(`/api/session/${path}`).set('Cookie', cookie).send(body)
}

const signIn = (api: TestApi, { email }: Person, password = PASSWORD, cookie = '') =>
  post(api, 'sign-in/email', { email, password }, cookie)

/** Turns the second factor on with the present code, so that signing in needs the next one. */
async function enable(api: TestApi, person: Person): Promise<Enabled> {
  const { body } = await post(api, 'two-factor/enable', { password: PASSWORD }, person.cookie)
  const secret = new URL(body.totpURI as string).searchParams.get('secret')!
  const code = totp(secret)
  const verified = await post(api, 'two-factor/verify-totp', { code }, person.cookie).expect(200)
  person.cookie = cookiesOf(verified)
  return { secret, code, backupCodes: body.backupCodes as string[] }
}

onEachDatabase((open) => {
  test('signing in needs the password, then a code from the app', async () => {
    const api = await open()
    const person = await api.owner()
    const { secret } = await enable(api, person)
    const first = await signIn(api, person).expect(200)
    expect(first.body).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] })
    const cookie = cookiesOf(first)
    await api.request.get('/api/keys').set('Cookie', cookie).expect(401)
    const every = (first.headers['set-cookie'] as unknown as string[]).map((c) => c.split(';')[0])
    await api.request.get('/api/keys').set('Cookie', every.join('; ')).expect(401)

    const second = await post(api, 'two-factor/verify-totp', { code: totp(secret, 1) }, cookie)
    expect(second.status).toBe(200)
    expect(cookiesOf(second)).toMatch(/nas\.session_token=.*nas\.known=/)
    await api.request.get('/api/keys').set('Cookie', cookiesOf(second)).expect(200)
  })

  test('no code is needed until a first one has proved the app', async () => {
    const api = await open()
    const person = await api.owner()
    const { body } = await post(api, 'two-factor/enable', { password: PASSWORD }, person.cookie)
    expect(body.totpURI).toMatch(/^otpauth:\/\/totp\//)
    expect((await signIn(api, person)).body).toHaveProperty('token')
    const wrong = await post(api, 'two-factor/verify-totp', { code: '1' }, person.cookie)
    expect([wrong.status, wrong.body.code]).toEqual([400, 'INVALID_CODE'])
    await person.agent.get('/api/keys').expect(200)
  })

  test('a code signs in once, and so does a backup code', async () => {
    const api = await open()
    const person = await api.owner()
    const { secret, code: spent, backupCodes } = await enable(api, person)
    expect(new Set(backupCodes).size).toBe(10)
    const enter = async (path: string, code: string) => {
      const cookie = cookiesOf(await signIn(api, person).expect(200))
      return (await post(api, `two-factor/${path}`, { code }, cookie)).status
    }
    expect(await enter('verify-totp', spent)).toBe(401) // by turning it on
    const code = totp(secret, 1)
    expect(await enter('verify-totp', code)).toBe(200)
    expect(await enter('verify-totp', code)).toBe(401)
    expect(await enter('verify-backup-code', ` ${backupCodes[3]} `)).toBe(200)
    expect(await enter('verify-backup-code', backupCodes[3]!)).toBe(401)
    expect(await enter('verify-backup-code', backupCodes[4]!)).toBe(200)
  })

  test('of two concurrent sign-ins with one code, one gets in', async () => {
    const api = await open()
    const person = await api.owner()
    const { secret } = await enable(api, person)
    const cookies = await Promise.all(
      [0, 1, 2].map(async () => cookiesOf(await signIn(api, person))),
    )
    const code = totp(secret, 1)
    const answers = await Promise.all(
      cookies.map((cookie) => post(api, 'two-factor/verify-totp', { code }, cookie)),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401])
  })

  test('a sign-in under way allows 5 wrong codes, and an account 10 in a minute', async () => {
    const api = await open()
    const person = await api.owner()
    const { secret } = await enable(api, person)
    const wrong = async (cookie: string) =>
      (await post(api, 'two-factor/verify-totp', { code: '000' }, cookie)).status
    for (let round = 0; round < 2; round += 1) {
      const cookie = cookiesOf(await signIn(api, person).expect(200))
      for (let guess = 0; guess < 5; guess += 1) expect(await wrong(cookie)).toBe(401)
      if (round === 0) {
        const { status } = await post(
          api,
          'two-factor/verify-totp',
          { code: totp(secret, 1) },
          cookie,
        )
        expect(status).toBe(400) // even with the right one: the sign-in has to start again
      }
    }
    const refused = await signIn(api, person).expect(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    api.clock.advance(60)
    const cookie = cookiesOf(await signIn(api, person).expect(200))
    await post(api, 'two-factor/verify-totp', { code: totp(secret, 1) }, cookie).expect(200)
  })

  test('a right password alone makes no browser known', async () => {
    const api = await open()
    const person = await api.owner()
    await enable(api, person)
    const first = await signIn(api, person).expect(200)
    expect(cookiesOf(first)).not.toContain('nas.known')
  })

  test('after 30 wrong codes in a row no code is accepted for a while', async () => {
    const api = await open()
    const person = await api.owner()
    const { secret } = await enable(api, person)
    await api.ctx.db.updateTable('two_factors').set({ failed_verification_count: 29 }).execute()
    const cookie = cookiesOf(await signIn(api, person).expect(200))
    await post(api, 'two-factor/verify-backup-code', { code: 'x' }, cookie).expect(401)
    const refused = await post(api, 'two-factor/verify-totp', { code: totp(secret, 1) }, cookie)
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '900'])
    await api.ctx.db
      .updateTable('two_factors')
      .set({ locked_until: new Date(Date.now() - 1).toISOString() })
      .execute()
    await post(api, 'two-factor/verify-totp', { code: totp(secret, 1) }, cookie).expect(200)
  })

  test('a code without a password, or for somebody else, opens nothing', async () => {
    const api = await open()
    const person = await api.owner()
    const { secret, backupCodes } = await enable(api, person)
    const other = await api.owner()
    await enable(api, other)
    const theirs = cookiesOf(await signIn(api, other).expect(200))
    const forged = theirs.replace(/nas\.two_factor=[^.]+/, 'nas.two_factor=2fa-x')
    expect(forged).not.toBe(theirs)
    const codes = { 'verify-totp': totp(secret, 1), 'verify-backup-code': backupCodes[0]! }
    for (const [path, code] of Object.entries(codes))
      for (const cookie of ['', forged, theirs]) {
        const { status, headers } = await post(api, `two-factor/${path}`, { code }, cookie)
        expect([path, cookie, status]).toEqual([path, cookie, 401])
        expect(headers['www-authenticate']).toBe('Bearer realm="nas", error="invalid_token"')
        expect(cookiesOf({ headers })).not.toContain('session_token')
      }
  })

  test('turning it on or off and new backup codes need the password', async () => {
    const api = await open()
    const person = await api.owner()
    const { backupCodes } = await enable(api, person)
    for (const path of ['enable', 'disable', 'generate-backup-codes']) {
      await post(api, `two-factor/${path}`, { password: PASSWORD }).expect(401)
      await post(api, `two-factor/${path}`, {}, person.cookie).expect(400)
      const { status, body } = await post(
        api,
        `two-factor/${path}`,
        { password: 'wrong' },
        person.cookie,
      )
      expect([path, status, body.code]).toEqual([path, 400, 'INVALID_PASSWORD'])
    }
    const fresh = await post(
      api,
      'two-factor/generate-backup-codes',
      { password: PASSWORD },
      person.cookie,
    )
    const cookie = cookiesOf(await signIn(api, person).expect(200))
    await post(api, 'two-factor/verify-backup-code', { code: backupCodes[0] }, cookie).expect(401)
    const [code] = fresh.body.backupCodes as string[]
    await post(api, 'two-factor/verify-backup-code', { code }, cookie).expect(200)

    const off = await post(api, 'two-factor/disable', { password: PASSWORD }, person.cookie).expect(
      200,
    )
    expect((await signIn(api, person)).body).toHaveProperty('token')
    expect(await api.ctx.db.selectFrom('two_factors').select('id').execute()).toEqual([])
    await api.request.get('/api/keys').set('Cookie', cookiesOf(off)).expect(200)
  })

  test('it cannot be turned on twice, and nothing shows the secret again', async () => {
    const api = await open()
    const person = await api.owner()
    await enable(api, person)
    const again = await post(api, 'two-factor/enable', { password: PASSWORD }, person.cookie)
    expect([again.status, again.body.code]).toEqual([400, 'TOTP_ALREADY_ENABLED'])
    for (const path of ['get-totp-uri', 'view-backup-codes', 'send-otp', 'verify-otp'])
      await post(api, `two-factor/${path}`, { password: PASSWORD }, person.cookie).expect(404)
  })

  test('an operator can remove it for a person without phone and codes; the audit log shows that', async () => {
    const api = await open()
    const person = await api.owner()
    await enable(api, person)
    const other = await api.owner()
    await enable(api, other)
    expect(await turnOffSecondFactor(api.ctx, operator, 'nobody@example.com')).toBe(false)
    expect(await turnOffSecondFactor(api.ctx, operator, person.email.toUpperCase())).toBe(true)
    expect(await turnOffSecondFactor(api.ctx, operator, person.email)).toBe(false)
    expect((await signIn(api, person)).body).toHaveProperty('token')
    expect((await signIn(api, other)).body).toHaveProperty('twoFactorRedirect', true)
    const { body } = await api.request
      .get('/api/audit-events?action=member.second_factor_ended')
      .set('Cookie', person.cookie)
    expect(body.data).toMatchObject([
      { actor: { name: 'Operator' }, changes: { userId: person.id } },
    ])
  })

  test('neither the database nor the log contains a secret or a code', async () => {
    const api = await open()
    const person = await api.owner()
    const { secret, backupCodes } = await enable(api, person)
    const cookie = cookiesOf(await signIn(api, person).expect(200))
    const code = totp(secret, 1)
    await post(api, 'two-factor/verify-totp', { code }, cookie).expect(200)
    const raw = fromBase32(secret).toString()
    const rows = await api.ctx.db
      .selectFrom('two_factors')
      .select(['secret', 'backup_codes'])
      .execute()
    expect(rows).toHaveLength(1)
    const claims = await api.ctx.db
      .selectFrom('verifications')
      .select(['id', 'identifier', 'value'])
      .execute()
    const kept = JSON.stringify([rows, claims]) + api.logs.join('\n')
    for (const text of [secret, raw, Buffer.from(raw).toString('hex'), code, ...backupCodes])
      expect(kept).not.toContain(text)
  })

  test('a new password keeps the second factor, and sign-in still needs it', async () => {
    const api = await open()
    const person = await api.owner()
    await enable(api, person)
    const newPassword = 'another good password'
    await post(
      api,
      'change-password',
      { currentPassword: PASSWORD, newPassword },
      person.cookie,
    ).expect(200)
    expect((await signIn(api, person, newPassword)).body).toHaveProperty('twoFactorRedirect', true)
  })
})
