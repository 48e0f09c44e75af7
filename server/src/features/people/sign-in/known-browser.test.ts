import { expect, test } from 'vitest'
import {
  onEachDatabase,
  PASSWORD,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { totp } from '../../../../../scripts/testkit/api/totp.ts'

/** Follows the cookies of answers as a browser does. */
function cookiesOf(before: string, { headers }: { headers: Record<string, unknown> }): string {
  const jar = new Map(before.split('; ').map((pair) => pair.split(/=(.*)/) as [string, string]))
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

/** Signs in with the password. @returns the browser's cookies, with the challenge */
async function begin(api: TestApi, { email }: Person, browser = ''): Promise<string> {
  const begun = await post(api, 'sign-in/email', { email, password: PASSWORD }, browser)
  expect([begun.status, begun.body]).toMatchObject([200, { twoFactorRedirect: true }])
  return cookiesOf(browser, begun)
}

/** A person with a second factor, and a browser that has signed in. */
async function withKnownBrowser(api: TestApi) {
  const person = await api.owner()
  const password = { password: PASSWORD }
  const { body } = await post(api, 'two-factor/enable', password, person.cookie).expect(200)
  const secret = new URL(body.totpURI as string).searchParams.get('secret')!
  const code = totp(secret)
  await post(api, 'two-factor/verify-totp', { code }, person.cookie).expect(200)
  const backupCodes = body.backupCodes as string[]
  const first = await begin(api, person)
  const done = await post(api, 'two-factor/verify-backup-code', { code: backupCodes[0] }, first)
  const known = cookiesOf(first, done)
    .split('; ')
    .filter((cookie) => cookie.startsWith('nas.known='))
    .join()
  expect([done.status, known]).toEqual([200, expect.stringContaining('nas.known=')])
  return { person, secret, backupCodes, known }
}

onEachDatabase((open) => {
  test('however many wrong codes strangers try, a known browser gets in with each factor', async () => {
    const api = await open()
    const { person, secret, backupCodes, known } = await withKnownBrowser(api)
    const stranger = await begin(api, person)
    await api.ctx.db.updateTable('two_factors').set({ failed_verification_count: 29 }).execute()
    await post(api, 'two-factor/verify-totp', { code: '000' }, stranger).expect(401)
    const code = totp(secret, 1)
    const locked = await post(api, 'two-factor/verify-totp', { code }, stranger)
    expect([locked.status, locked.headers['retry-after']]).toEqual([429, '900'])

    const backup = { code: backupCodes[1] }
    const first = await begin(api, person, known)
    await post(api, 'two-factor/verify-backup-code', backup, first).expect(200)
    await post(api, 'two-factor/verify-totp', { code }, await begin(api, person, known)).expect(200)
  })

  test('a known browser has its own 30 wrong codes, apart from those of strangers', async () => {
    const api = await open()
    const { person, secret, backupCodes, known } = await withKnownBrowser(api)
    let browser = ''
    for (let wrong = 0; wrong < 30; wrong++) {
      if (wrong % 10 === 0) api.clock.advance(60)
      if (wrong % 5 === 0) browser = await begin(api, person, known)
      await post(api, 'two-factor/verify-backup-code', { code: 'x' }, browser).expect(401)
    }
    api.clock.advance(60)
    const code = { code: totp(secret, 1) }
    const backup = { code: backupCodes[1] }
    browser = await begin(api, person, known)
    for (const [path, right] of [
      ['verify-totp', code],
      ['verify-backup-code', backup],
    ] as const) {
      const locked = await post(api, `two-factor/${path}`, right, browser)
      expect([locked.status, locked.headers['retry-after']]).toEqual([429, '900'])
    }
    await post(api, 'two-factor/verify-totp', code, await begin(api, person)).expect(200)
  })
})
