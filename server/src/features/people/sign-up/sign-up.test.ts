import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import {
  onEachDatabase,
  PASSWORD,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { setupCode } from './sign-up.ts'

const closed = { env: { ALLOW_SIGN_UP: 'false' } }

// Headers that proxies, CDNs and clouds are known to add.
const forwardingHeaders: Record<string, string>[] = [
  { Forwarded: 'for=203.0.113.9' },
  { Via: '1.1 proxy' },
  { 'X-Forwarded-Proto': 'https' },
  ...[
    'X-Forwarded',
    'X-Forwarded-For',
    'Forwarded-For',
    'X-Original-Forwarded-For',
    'X-Real-IP',
    'X-Client-IP',
    'Client-IP',
    'X-Cluster-Client-IP',
    'X-ProxyUser-IP',
    'X-Remote-IP',
    'X-Remote-Addr',
    'X-Envoy-External-Address',
    'X-Original-Host',
    'X-Azure-ClientIP',
    'True-Client-IP',
    'CF-Connecting-IP',
    'Fly-Client-IP',
    'Fastly-Client-IP',
    'DO-Connecting-IP',
    'X-Appengine-User-IP',
    'CloudFront-Viewer-Address',
    'CDN-Loop',
    'X-Amzn-Trace-Id',
  ].map((name) => ({ [name]: '203.0.113.9' })),
]

/** Sends exact bytes, as no client library would. */
async function raw(api: TestApi, request: string): Promise<string> {
  const socket = connect(Number(new URL(api.address).port), '127.0.0.1')
  socket.write(request)
  return text(socket)
}

function signUp(api: TestApi, body: Record<string, unknown> = {}, headers = {}) {
  return api.request
    .post('/api/session/sign-up/email')
    .set(headers)
    .send({ name: 'Grace', email: 'grace@example.com', password: PASSWORD, ...body })
}

async function invite(owner: Person, email: string, role = 'member'): Promise<string> {
  const { body } = await owner.agent
    .post('/api/session/organization/invite-member')
    .send({ email, role })
    .expect(200)
  return (body as { id: string }).id
}

onEachDatabase((open) => {
  test('the first person may sign up, and becomes the owner of an organization', async () => {
    const api = await open(closed)
    expect((await api.request.get('/api/session/options')).body).toEqual({
      firstRun: true,
      passwordResetByMail: false,
      setupCodeRequired: false,
      signUp: false,
      singleSignOn: false,
    })
    const made = await signUp(api, { email: 'Grace@Example.com' }).expect(200)
    const cookie = String(made.headers['set-cookie'])
    expect(cookie).toMatch(/nas\.session_token=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax/)
    const { body } = await api.request
      .get('/api/session/organization/get-full-organization')
      .set('Cookie', cookie.split(';')[0]!)
      .expect(200)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^org_/),
      name: "Grace's organization",
      members: [{ role: 'owner', user: { email: 'grace@example.com' } }],
    })
    expect(await api.ctx.db.selectFrom('organizations').select('subscription').execute()).toEqual([
      { subscription: 'active' },
    ])
  })

  test('the second person may not, unless sign-up is open', async () => {
    const api = await open(closed)
    await signUp(api).expect(200)
    const refused = await signUp(api, { email: 'other@example.com' }).expect(403)
    expect(refused.body).toMatchObject({ code: 'SIGN_UP_CLOSED', message: expect.any(String) })
    // A taken address gets the same answer, so that nobody can find out who has an account.
    expect((await signUp(api).expect(403)).body).toMatchObject({ code: 'SIGN_UP_CLOSED' })

    const openApi = await open()
    await signUp(openApi).expect(200)
    await signUp(openApi, { email: 'other@example.com' }).expect(200)
    await signUp(openApi, { email: 'OTHER@example.com' }).expect(409)
  })

  test('of two concurrent first sign-ups, one succeeds', async () => {
    const api = await open(closed)
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => signUp(api, { email: `first-${n}@example.com` })),
    )
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 403, 403, 403])
    expect(await api.ctx.db.selectFrom('users').select('id').execute()).toHaveLength(1)
    expect(await api.ctx.db.selectFrom('organizations').select('id').execute()).toHaveLength(1)
  })

  /** Expects that such a request of the first person succeeds only with the setup code. */
  async function expectCodeNeeded(api: TestApi, headers: Record<string, string> = {}) {
    const options = await api.request.get('/api/session/options').set(headers)
    expect([headers, options.body]).toEqual([
      headers,
      expect.objectContaining({ firstRun: true, setupCodeRequired: true }),
    ])
    const refused = await signUp(api, {}, headers).expect(403)
    expect(refused.body).toMatchObject({ code: 'SETUP_CODE_WRONG' })
    await signUp(api, { setupCode: 'aaaa-aaaa-aaaa' }, headers).expect(403)
  }

  test('from elsewhere the first person needs the setup code', async () => {
    const api = await open(closed)
    for (const headers of forwardingHeaders) await expectCodeNeeded(api, headers)
    await signUp(api).expect(200)
  })

  test('under another host name, or behind a proxy, everybody needs the setup code', async () => {
    for (const env of [
      { PUBLIC_URL: 'http://keys.example.com' },
      { PUBLIC_URL: 'https://localhost.example.com' },
      { TRUST_PROXY: '1' },
      { TRUST_PROXY: '10.0.0.0/8' },
    ] as Record<string, string>[])
      await expectCodeNeeded(await open({ env: { ...closed.env, ...env } }))
    const api = await open({ env: { ...closed.env, PUBLIC_URL: 'http://keys.example.com' } })
    const host = { Host: 'keys.example.com' }
    await expectCodeNeeded(api, host)
    await signUp(api, { setupCode: setupCode(api.ctx) }, host).expect(200)
  })

  test('an HTTP/1.0 request counts as one through a proxy, even without its headers', async () => {
    const api = await open(closed)
    const body = JSON.stringify({ name: 'M', email: 'm@example.com', password: PASSWORD })
    const post = `POST /api/session/sign-up/email HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    expect(await raw(api, post)).toMatch(/^HTTP\/1\.1 403 .*SETUP_CODE_WRONG/s)
    const options = await raw(api, 'GET /api/session/options HTTP/1.0\r\nHost: localhost\r\n\r\n')
    expect(options).toContain('"setupCodeRequired":true')
    expect(await raw(api, 'GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 401/,
    )
  })

  test('a sign-up with an invitation joins that organization and makes none', async () => {
    const api = await open(closed)
    const owner = await api.owner()
    const invitationId = await invite(owner, 'Grace@example.com', 'viewer')
    const [id = '', proof = ''] = invitationId.split('.')
    for (const part of [id, proof]) expect(Buffer.from(part, 'base64url')).toHaveLength(16)
    const made = await signUp(api, { invitationId }).expect(200)
    const session = await api.request
      .get('/api/session/get-session')
      .set('Cookie', String(made.headers['set-cookie']).split(';')[0]!)
    expect(session.body).toMatchObject({ session: { activeOrganizationId: owner.organizationId } })
    const members = await api.ctx.db
      .selectFrom('members')
      .select(['organization_id', 'role'])
      .where('user_id', '=', (session.body as { user: { id: string } }).user.id)
      .execute()
    expect(members).toEqual([{ organization_id: owner.organizationId, role: 'viewer' }])
    // The invitation is used up, for everybody.
    await signUp(api, { invitationId, email: 'grace@example.com' }).expect(403)
  })

  test('an invitation is good for the invited address, until it is used, canceled or old', async () => {
    const api = await open(closed)
    const owner = await api.owner()
    const invitationId = await invite(owner, 'grace@example.com')
    await signUp(api, { invitationId, email: 'mallory@example.com' }).expect(403)
    await signUp(api, { invitationId: 'x'.repeat(22) }).expect(403)
    await signUp(api).expect(403)
    await api.ctx.db
      .updateTable('invitations')
      .set({ expires_at: '2020-01-01T00:00:00.000Z' })
      .execute()
    await signUp(api, { invitationId }).expect(403)

    const canceledId = await invite(owner, 'grace@example.com')
    await owner.agent
      .post('/api/session/organization/cancel-invitation')
      .send({ invitationId: canceledId })
      .expect(200)
    await signUp(api, { invitationId: canceledId }).expect(403)
  })

  test('an invitation admits one person, also with concurrent sign-ups', async () => {
    const api = await open(closed)
    const invitationId = await invite(await api.owner(), 'grace@example.com')
    const answers = await Promise.all([1, 2, 3].map(() => signUp(api, { invitationId })))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => [403, 409].includes(answer.status))).toHaveLength(2)
  })

  test('bad input is a 400 that names the field, and makes no account', async () => {
    const api = await open()
    for (const [body, code] of [
      [{ name: '' }, 'VALIDATION_ERROR'],
      [{ name: 'a\u0000b' }, 'VALIDATION_ERROR'],
      [{ name: 'line\nbreak' }, 'VALIDATION_ERROR'],
      [{ name: '\ud800' }, 'VALIDATION_ERROR'],
      [{ name: 'x'.repeat(101) }, 'VALIDATION_ERROR'],
      [{ name: 7 }, 'VALIDATION_ERROR'],
      [{ email: 'not an address' }, 'INVALID_EMAIL'],
      [{ email: 'nul\u0000@example.com' }, 'INVALID_EMAIL'],
      [{ email: `${'x'.repeat(250)}@example.com` }, 'INVALID_EMAIL'],
      [{ email: undefined }, 'INVALID_EMAIL'],
      [{ password: 'seven77' }, 'PASSWORD_TOO_SHORT'],
      [{ password: 'x'.repeat(129) }, 'PASSWORD_TOO_LONG'],
      [{ password: '\ud800'.repeat(10) }, 'VALIDATION_ERROR'],
    ] as const) {
      const refused = await signUp(api, body).expect(400)
      const message = expect.stringMatching(new RegExp(`^${Object.keys(body)[0]}: `))
      expect(refused.body).toMatchObject({ code, message })
    }
    expect(await api.ctx.db.selectFrom('users').select('id').execute()).toEqual([])
  })
})
