import { expect, test } from 'vitest'
import {
  expectError,
  onEachDatabase,
  testApi,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { makeLink } from '../../../../../scripts/testkit/api/hand-over.ts'

const RETURN = 'https://app.example.com'
const env = { PORTAL_RETURN_ORIGINS: `${RETURN}, http://localhost:4000` }

async function serviceWith(api: TestApi, organizationIds?: string[]) {
  const token = await api.serviceToken({
    scopes: ['portal:hand-off'],
    ...(organizationIds && { organizationIds }),
  })
  const headers = { Authorization: `Bearer ${token}` }
  return {
    make: (body: object) => api.request.post('/api/portal-sessions').set(headers).send(body),
    end: (organizationId: string, externalId: string) =>
      api.request.delete('/api/portal-sessions').query({ organizationId, externalId }).set(headers),
  }
}

const open = (api: TestApi, code: string) =>
  api.request.post('/api/session/portal-link').send({ code })

const user = { externalId: 'customer-1', email: 'Kim@Customer.example', name: 'Kim Lee' }

onEachDatabase((start) => {
  test('may not lead people back to an origin that is not listed', async () => {
    const api = await start({ env })
    const { organizationId } = await api.owner()
    const { make } = await serviceWith(api)
    const input = { organizationId, user, role: 'viewer' }
    for (const returnUrl of [`${RETURN}/a?b#c`, 'http://localhost:4000', null])
      await make({ ...input, returnUrl }).expect(201)
    for (const returnUrl of [
      'https://evil.example',
      `${RETURN}.evil.example/`,
      `${RETURN}:8443/`,
      'http://app.example.com/',
      'https://user:secret@app.example.com/',
      'javascript:alert(1)',
      '//app.example.com/',
      `${RETURN}/\r\nSet-Cookie: a=b`,
      `${RETURN}/a b`,
      `${RETURN}\\@evil.example/`,
      `${RETURN}/?key=nas_${'A'.repeat(32)}`,
      '/settings',
      '',
    ])
      expectError(await make({ ...input, returnUrl }), 400, 'INVALID_INPUT')
  })

  test('gives a retry the same link, which opens once', async () => {
    const api = await start()
    const { organizationId } = await api.owner()
    const { make } = await serviceWith(api)
    const input = { organizationId, user, role: 'viewer' }
    const retry = (body: object) => make(body).set('Idempotency-Key', 'hand-off-of-one-customer')
    const answers = await Promise.all([1, 2, 3].map(() => retry(input).expect(201)))
    const [first, ...others] = answers.map(({ body }) => body as { url: string })
    expect(others).toEqual([first, first])
    expectError(await retry({ ...input, role: 'admin' }), 409, 'IDEMPOTENCY_KEY_REUSED')
    expectError(await make(input).set('Idempotency-Key', 'too-short'), 400, 'INVALID_INPUT')
    const code = first!.url.split('#token=')[1]!
    await open(api, code).expect(200)
    expect((await retry(input).expect(201)).body).toEqual(first)
    expectError(await open(api, code), 404, 'NOT_FOUND')
  })

  test('says everything about the person, and nothing else', async () => {
    const api = await start()
    const { organizationId } = await api.owner()
    const { make, end } = await serviceWith(api)
    const input = { organizationId, user, role: 'viewer' }
    for (const expiresInSeconds of [60, 86_400])
      await make({ ...input, expiresInSeconds }).expect(201)
    for (const wrong of [
      { expiresInSeconds: 59 },
      { expiresInSeconds: 86_401 },
      { expiresInSeconds: 60.5 },
      { role: 'root' },
      { role: undefined },
      { organizationId: 'acme' },
      { user: { ...user, externalId: '' } },
      { user: { ...user, externalId: 'a\0' } },
      { user: { ...user, email: 'kim' } },
      { user: { ...user, name: ' ' } },
      { user: { ...user, password: 'secret' } },
      { more: true },
    ])
      expectError(await make({ ...input, ...wrong }), 400, 'INVALID_INPUT')
    expectError(await end(organizationId, ''), 400, 'INVALID_INPUT')
  })

  test('reaches the organizations of its token alone', async () => {
    const api = await start()
    const { organizationId } = await api.owner()
    const other = await api.owner()
    const { make, end } = await serviceWith(api, [organizationId])
    const input = { organizationId, user, role: 'viewer' }
    await make(input).expect(201)
    await end(organizationId, user.externalId).expect(204)
    for (const unknown of [other.organizationId, 'org_unknown']) {
      expectError(await make({ ...input, organizationId: unknown }), 404, 'NOT_FOUND')
      expectError(await end(unknown, user.externalId), 404, 'NOT_FOUND')
    }
  })
})

test('another site cannot open a link in the browser of a person', async () => {
  const api = await testApi()
  const { organizationId } = await api.owner()
  const { code } = await makeLink(api, { organizationId })
  expectError(await open(api, code).set('Origin', 'https://evil.example'), 403, 'FORBIDDEN')
  await open(api, code).set('Origin', api.ctx.config.publicUrl).expect(200)
})

test('over https the cookie is for this host alone, and never sent in the clear', async () => {
  const api = await testApi({ env: { PUBLIC_URL: 'https://keys.example.com' } })
  const { organizationId } = await api.owner()
  const { code } = await makeLink(api, { organizationId })
  const opened = await open(api, code).set('Host', 'keys.example.com').expect(200)
  expect(String(opened.headers['set-cookie'])).toMatch(/^__Host-nas\.session_token=.*; Secure$/)
})
