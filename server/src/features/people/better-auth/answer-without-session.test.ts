import { expect, test } from 'vitest'
import { expectError, testApi } from '../../../../../scripts/testkit/api/kit.ts'

test('a request without a session is answered without better-auth, whatever cookie it made up', async () => {
  const api = await testApi()
  for (const cookie of ['', 'nas.session_token=made.up', 'nas.session_token=x; '.repeat(500)]) {
    const ask = (method: 'get' | 'post', path: string) =>
      api.request[method](`/api/session/${path}`).set('Cookie', cookie)
    const left = await ask('post', 'sign-out').expect(200)
    // better-auth would clear its cookies.
    expect(left.headers['set-cookie']).toBeUndefined()
    expect((await ask('get', 'get-session').expect(200)).body).toBeNull()
    expectError(await ask('get', 'list-sessions'), 401, 'UNAUTHORIZED')
    const wrong = await ask('post', 'two-factor/verify-totp').send({ code: '000000' }).expect(401)
    expect(wrong.body).toMatchObject({ code: 'INVALID_TWO_FACTOR_COOKIE' })
  }
})
