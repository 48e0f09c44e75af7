import { expect, test } from 'vitest'
import {
  onEachDatabase,
  PASSWORD,
  testApi,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { bootstrapOwner } from '../sign-up/bootstrap-owner.ts'
import { findUserPrincipal } from '../identity/find-user-principal.ts'

const trace = { ip: null, userAgent: null, requestId: null }

async function signedInCookie(api: TestApi): Promise<string> {
  const { email } = await api.owner()
  const { headers } = await api.request
    .post('/api/session/sign-in/email')
    .send({ email, password: PASSWORD })
    .expect(200)
  return (headers['set-cookie'] as unknown as string[])
    .find((cookie) => cookie.startsWith('nas.session_token='))!
    .split(';')[0]!
}

onEachDatabase((open) => {
  test('without a session get-session is 200 null, and everything else 401', async () => {
    const api = await open()
    const session = await api.request.get('/api/session/get-session').expect(200)
    expect([session.body, session.headers['cache-control']]).toEqual([null, 'no-store'])
    await api.request.get('/api/session/list-sessions').expect(401)
    await api.request.get('/api/session/organization/list').expect(401)
    await api.request
      .post('/api/session/organization/leave')
      .send({ organizationId: 'org_x' })
      .expect(401)
    await api.request.get('/api/keys').expect(401)
  })

  test('only a cookie with our signature is a session', async () => {
    const api = await open()
    const cookie = await signedInCookie(api)
    expect(await findUserPrincipal(api.ctx, cookie, {}, trace)).toMatchObject({ role: 'owner' })
    const [name, value = ''] = cookie.split('=', 2)
    const token = decodeURIComponent(value).split('.')[0]!
    for (const forged of [
      token,
      `${token}.`,
      `${token}.AAAA`,
      `.${value.split('.')[1]}`,
      `x${value}`,
      `${value}x`,
      '%',
      '',
    ]) {
      const header = `${name}=${forged}`
      expect(await findUserPrincipal(api.ctx, header, {}, trace)).toBeUndefined()
      await api.request.get('/api/keys').set('Cookie', header).expect(401)
      expect(
        (await api.request.get('/api/session/get-session').set('Cookie', header)).body,
      ).toBeNull()
    }
  })

  test('a 401 says invalid_token only if the request claimed a session', async () => {
    const api = await open()
    const ours = await signedInCookie(api)
    await api.ctx.db.deleteFrom('sessions').execute()
    const claims: [string | undefined, boolean][] = [
      [undefined, false],
      ['theme=dark; nas.known=x; other.session_token=x; xnas.session_token=x', false],
      ['nas.session_token=', false],
      ['theme=dark; nas.session_token=x', true],
      ['nas.session_token=%', true],
      [ours, true],
    ]
    for (const [cookie, isClaim] of claims)
      for (const ask of [
        api.request.get('/api/session/list-sessions'),
        api.request.get('/api/session/organization/list'),
        api.request.get('/api/session/organization/get-invitation?id=x'),
        api.request.get('/api/keys'),
      ]) {
        const { status, headers } = await (cookie === undefined ? ask : ask.set('Cookie', cookie))
        expect([cookie, status, headers['www-authenticate']]).toEqual([
          cookie,
          401,
          `Bearer realm="nas"${isClaim ? ', error="invalid_token"' : ''}`,
        ])
      }
  })

  test('an expired session is refused', async () => {
    const api = await open()
    const cookie = await signedInCookie(api)
    await api.ctx.db
      .updateTable('sessions')
      .set({ expires_at: new Date(Date.now() - 1).toISOString() })
      .execute()
    await api.request.get('/api/keys').set('Cookie', cookie).expect(401)
    const session = await api.request.get('/api/session/get-session').set('Cookie', cookie)
    expect([session.status, session.body]).toEqual([200, null])
  })

  test('a database outage is a 503, and never looks like a signed-out person', async () => {
    const api = await open()
    const cookie = await signedInCookie(api)
    await api.ctx.database.close()
    const answers = [
      await api.request.get('/api/session/options'),
      await api.request.get('/api/session/get-session').set('Cookie', cookie),
      await api.request.get('/api/session/list-sessions').set('Cookie', cookie),
      await api.request.get('/api/session/organization/list').set('Cookie', cookie),
      await api.request
        .post('/api/session/organization/leave')
        .set('Cookie', cookie)
        .send({ organizationId: 'x' }),
      await api.request
        .post('/api/session/sign-in/email')
        .send({ email: 'a@example.com', password: PASSWORD }),
      await api.request
        .post('/api/session/sign-up/email')
        .send({ name: 'A', email: 'a@example.com', password: PASSWORD }),
      await api.request.get('/api/keys').set('Cookie', cookie),
    ]
    for (const { status, body } of answers)
      expect([status, body]).toEqual([503, expect.objectContaining({ code: 'UNAVAILABLE' })])
  })

  test('bad input is a 4xx', async () => {
    const api = await open()
    const { agent } = await api.owner()
    const paths = [
      'organization/list-members?limit=99999999999999999999',
      'organization/list-members?limit=-1',
      'organization/list-members?sortBy=password',
      'organization/list-members?organizationId=%00',
      'organization/get-full-organization?organizationId=a&organizationId=b',
      'organization/get-invitation',
    ]
    for (const path of paths) expect((await agent.get(`/api/session/${path}`)).status).toBe(400)
    const bodies: [string, unknown][] = [
      ['update-user', { name: 'a\u0000b' }],
      ['update-user', { name: '\ud800' }],
      ['update-user', {}],
      ['organization/update', { data: { name: '' } }],
      ['organization/set-active', { organizationId: '\u0000' }],
      ['organization/set-active', []],
      ['sign-in/email', { email: 7, password: 'x' }],
      ['sign-in/email', { email: 'a@example.com' }],
      ['revoke-session', {}],
    ]
    for (const [path, body] of bodies)
      expect([
        path,
        (await agent.post(`/api/session/${path}`).send(body as object)).status,
      ]).toEqual([path, 400])
  })

  test('a refusal names only our own fields, and repeats no input', async () => {
    const api = await open()
    const { agent } = await api.owner()
    const sent = 'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'
    const bodies: [string, object, string][] = [
      ['organization/has-permission', { permissions: { [sent]: 7 } }, 'permissions: '],
      ['organization/has-permission', { permissions: { member: [7] } }, 'permissions: '],
      ['organization/has-permission', { permissions: { constructor: ['x'] } }, 'permissions: '],
      ['organization/has-permission', { [sent]: 7 }, 'permissions: Required'],
      ['organization/update', { data: { [sent]: 7, name: 7 } }, 'data.name: '],
      ['organization/update', { data: sent }, 'data: '],
      ['organization/invite-member', { email: sent, role: sent }, 'email: '],
      ['organization/invite-member', { email: 'a@example.com', role: sent }, 'role: '],
      ['sign-in/social', { provider: sent }, 'provider: '],
      ['sign-in/email', { email: { [sent]: sent }, password: sent }, 'email: '],
    ]
    for (const [path, body, message] of bodies) {
      const refused = await agent.post(`/api/session/${path}`).send(body)
      expect([path, refused.status, refused.body]).toEqual([
        path,
        400,
        expect.objectContaining({ message: expect.stringMatching(`^${message}`) }),
      ])
      expect(refused.text).not.toContain(sent)
    }
  })

  test('a new name shows at once, and the same request changes nothing else about a person', async () => {
    const api = await open()
    const { agent, email } = await api.owner()
    await agent
      .post('/api/session/update-user')
      .send({ name: 'Ada Lovelace', email: 'other@example.com', emailVerified: true })
      .expect(200)
    const { body } = await agent.get('/api/session/get-session')
    expect(body).toMatchObject({ user: { name: 'Ada Lovelace', email, emailVerified: false } })
  })
})

test('a body is JSON of at most 64 KiB', async () => {
  const api = await testApi()
  const post = () => api.request.post('/api/session/sign-in/email')
  await post().type('form').send('email=a&password=b').expect(415)
  await post().type('json').send('{"email":').expect(400)
  await post()
    .type('json')
    .send(JSON.stringify({ email: 'x'.repeat(70_000) }))
    .expect(413)
  await post()
    .type('json')
    .send(Buffer.from([0x22, 0xff, 0x22]))
    .expect(400)
})

test('HEAD answers as GET, OPTIONS names the methods, and other paths are a 404', async () => {
  const api = await testApi()
  await api.request.head('/api/session/get-session').expect(200)
  await api.request.options('/api/session/get-session').expect(204)
  await api.request.put('/api/session/get-session').expect(405)
  await api.request.get('/api/session/sign-up/email').expect(405)
  for (const path of [
    'nowhere',
    'constructor',
    'organization/create',
    'organization/delete',
    'sign-in%2Femail%00',
    '',
  ])
    await api.request.get(`/api/session/${path}`).expect(404)
  for (const path of ['organization/create', 'organization/delete', 'delete-user', 'change-email'])
    await api.request.post(`/api/session/${path}`).send({}).expect(404)
})

test('a foreign Host or Origin is refused; a client that is no browser passes', async () => {
  const env = { PUBLIC_URL: 'http://keys.example.com', PORTAL_ORIGINS: 'http://app.example.com' }
  const api = await testApi({ env })
  const signOut = (headers: Record<string, string>) =>
    api.request
      .post('/api/session/sign-out')
      .set({ Host: 'keys.example.com', ...headers })
      .send({})
  const good: Record<string, string>[] = [
    {},
    { Origin: 'http://keys.example.com' },
    { Origin: 'http://app.example.com' },
    { Host: '127.0.0.1:3000' },
    { Host: '[::1]' },
    { Host: 'LOCALHOST:3000' },
    { 'Sec-Fetch-Site': 'same-origin' },
  ]
  for (const headers of good)
    expect([headers, (await signOut(headers)).status]).toEqual([headers, 200])
  const bad: Record<string, string>[] = [
    { Origin: 'http://evil.example' },
    { Origin: 'https://keys.example.com' },
    { Origin: 'http://keys.example.com:8080' },
    { Origin: 'http://keys.example.com.evil.example' },
    { Origin: 'http://localhost:3000' },
    { Origin: 'null' },
    { Origin: '' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { Host: 'evil.example' },
    { Host: '127.0.0.1.evil.example' },
    { Host: 'evil@127.0.0.1' },
  ]
  for (const headers of bad)
    expect([headers, (await signOut(headers)).status]).toEqual([headers, 403])
  const read = await api.request.get('/api/session/get-session').set('Host', 'evil.example')
  expect(read.status).toBe(403)
})

test('BOOTSTRAP_EMAIL gets an owner once; a restart restores and changes nothing', async () => {
  const env = {
    ALLOW_SIGN_UP: 'false',
    BOOTSTRAP_EMAIL: 'Root@example.com',
    BOOTSTRAP_PASSWORD: PASSWORD,
  }
  const api = await testApi({ env })
  await bootstrapOwner(api.ctx)
  const signIn = (password: string) =>
    api.request.post('/api/session/sign-in/email').send({ email: 'root@example.com', password })
  const { headers } = await signIn(PASSWORD).expect(200)
  const cookie = (headers['set-cookie'] as unknown as string[])[0]!.split(';')[0]!
  await api.request.get('/api/keys').set('Cookie', cookie).expect(200)
  await api.request
    .post('/api/session/change-password')
    .set('Cookie', cookie)
    .send({ currentPassword: PASSWORD, newPassword: 'something else' })
    .expect(200)
  await bootstrapOwner(api.ctx)
  await signIn(PASSWORD).expect(401)
  await signIn('something else').expect(200)
  expect(await api.ctx.db.selectFrom('users').select('id').execute()).toHaveLength(1)
})
