import assert from 'node:assert/strict'

export const LABEL = '결제 서버 – Ünï 🔑'
const PASSWORD = 'correct horse battery staple'
const AT_ONCE = 20
const SOON_SECONDS = 2

/** A service that a life is lived on. */
export type Place = {
  address: string
  /** With every scope. */
  serviceToken: string
  /** Lets the service's clock move on. */
  pass(seconds: number): Promise<void>
  nowMs(): number
}

type Sent = { body?: unknown; headers?: Record<string, string> }

/** What some answer has. */
type Body = Record<
  'id' | 'key' | 'label' | 'expiresAt' | 'code' | 'status' | 'accessToken' | 'lastUsedAt',
  string
> & {
  scopes: string[]
  session: { activeOrganizationId: string }
  counts: Record<string, number>
  data: Body[]
}
type Answer = { status: number; text: string; body: Body }

/**
 * The whole life of keys, from signing up to what is refused for good, with the answers that it has
 * to get wherever it is lived.
 *
 * @returns the organization, which is new
 * @throws {AssertionError} at the first answer that is not the expected one
 */
export async function liveALife(place: Place): Promise<string> {
  const service = { Authorization: `Bearer ${place.serviceToken}` }
  let cookie = ''

  async function ask(method: string, path: string, { body, headers = {} }: Sent = {}) {
    const response = await fetch(place.address + path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    const set = response.headers.getSetCookie().map((it) => it.split(';')[0]!)
    if (set.length > 0) cookie = set.join('; ')
    return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined } as Answer
  }
  async function expectStatus(status: number, ...[method, path, sent]: Parameters<typeof ask>) {
    const answer = await ask(method, path, sent)
    assert.equal(answer.status, status, `${method} ${path} is ${answer.status}: ${answer.text}`)
    return answer.body
  }
  const asPerson = (status: number, method: string, path: string, body?: unknown) =>
    expectStatus(status, method, path, { body, headers: { Cookie: cookie } })
  const asService = (status: number, method: string, path: string, body?: unknown) =>
    expectStatus(status, method, path, { body, headers: service })
  const verify = (key: string, question: object = {}) =>
    asService(200, 'POST', '/api/auth/verify', { key, ...question })
  async function expectRefused(key: string, code: string) {
    assert.deepEqual(await verify(key), { valid: false, code })
    const headers = { 'X-Service-Token': place.serviceToken, 'X-API-Key': key }
    await expectStatus(401, 'GET', '/api/auth/check', { headers })
    await expectStatus(401, 'POST', '/api/widget/token', {
      body: { agentId },
      headers: bearer(key),
    })
  }
  const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })
  const inSeconds = (seconds: number) => new Date(place.nowMs() + seconds * 1000).toISOString()

  const email = `${crypto.randomUUID()}@example.com`
  const account = { email, password: PASSWORD }
  await expectStatus(200, 'POST', '/api/session/sign-up/email', {
    body: { name: '김 민수', ...account },
  })
  await expectStatus(200, 'POST', '/api/session/sign-in/email', { body: account })
  const { session } = await asPerson(200, 'GET', '/api/session/get-session')
  const organizationId = session.activeOrganizationId
  const agentId = crypto.randomUUID()
  const allowedOrigins = ['https://shop.example']
  await asService(200, 'PUT', `/api/internal/agents/${agentId}`, {
    name: '상담원',
    active: true,
    allowedOrigins,
  })

  // Made, found, and good.
  const scopes = ['widget:token', 'calls:read']
  const expiresAt = inSeconds(86_400)
  const made = await asPerson(201, 'POST', '/api/keys', { label: LABEL, scopes, expiresAt })
  assert.equal(made.label, LABEL)
  assert.equal(made.expiresAt, expiresAt)
  const found = await asPerson(200, 'GET', `/api/keys?q=${encodeURIComponent('결제 서버')}`)
  assert.deepEqual(
    found.data.map(({ id }) => id),
    [made.id],
  )
  const verdict = await verify(made.key, { scopes: ['calls:read'], ip: '203.0.113.7' })
  assert.equal(verdict.code, 'VALID')
  assert.equal(verdict.label, LABEL)
  assert.equal(verdict.expiresAt, expiresAt)
  assert.deepEqual(verdict.scopes, scopes)
  assert.equal((await verify(made.key, { scopes: ['other'] })).code, 'INSUFFICIENT_SCOPE')
  const checking = { 'X-Service-Token': place.serviceToken, 'X-API-Key': made.key }
  await expectStatus(200, 'GET', '/api/auth/check', { headers: checking })

  // Widget tokens are spent once.
  const mint = (key: string) =>
    expectStatus(200, 'POST', '/api/widget/token', { body: { agentId }, headers: bearer(key) })
  const consume = (status: number, { accessToken }: { accessToken: string }) =>
    asService(status, 'POST', '/api/internal/calls/consume', { accessToken })
  const token = await mint(made.key)
  await consume(200, token)
  await consume(409, token)

  // A new end counts at once.
  const later = inSeconds(2 * 86_400)
  await asPerson(200, 'PATCH', `/api/keys/${made.id}`, { expiresAt: later })
  assert.equal((await verify(made.key)).expiresAt, later)
  const brief = await asPerson(201, 'POST', '/api/keys', {
    label: 'Brief',
    expiresAt: inSeconds(SOON_SECONDS),
  })
  assert.equal((await verify(brief.key)).code, 'VALID')
  await place.pass(SOON_SECONDS + 1)
  await expectRefused(brief.key, 'EXPIRED')

  // Rotated with an overlap, without one, and revoked.
  const rotate = (id: string, overlapSeconds: number) =>
    asPerson(201, 'POST', `/api/keys/${id}/rotate`, { overlapSeconds })
  const second = await rotate(made.id, 3600)
  for (const { key } of [made, second]) assert.equal((await verify(key)).code, 'VALID')
  const unspent = await mint(made.key)
  await asPerson(204, 'DELETE', `/api/keys/${made.id}`)
  await expectRefused(made.key, 'REVOKED')
  await consume(401, unspent)
  const third = await rotate(second.id, 0)
  await expectRefused(second.key, 'REVOKED')
  assert.equal((await verify(third.key)).code, 'VALID')

  // Many at once do not stand in each other's way.
  const all = Array.from({ length: AT_ONCE }, (_, at) => at)
  const many = await Promise.all(
    all.map((at) => asPerson(201, 'POST', '/api/keys', { label: `Many ${at}` })),
  )
  await Promise.all([third, ...many].map(({ id }) => asPerson(204, 'DELETE', `/api/keys/${id}`)))
  for (const { key } of [third, many[0]!]) await expectRefused(key, 'REVOKED')

  // The audit log of all that.
  const { data: keys } = await asPerson(200, 'GET', '/api/keys?status=all&limit=100')
  const statuses = keys.map(({ status }) => status)
  assert.deepEqual(statuses.toSorted(), ['expired', ...Array(3 + AT_ONCE).fill('revoked')])
  const { lastUsedAt } = await asPerson(200, 'GET', `/api/keys/${made.id}`)
  assert.ok(Math.abs(Date.parse(lastUsedAt) - place.nowMs()) < 60_000, `used at ${lastUsedAt}`)
  const { data: hours } = await asPerson(200, 'GET', `/api/keys/${made.id}/usage`)
  const accepted = hours.reduce((sum, { counts }) => sum + (counts['VALID'] ?? 0), 0)
  assert.equal(accepted, 6)
  const csv = await ask('GET', '/api/audit-events?format=csv', { headers: { Cookie: cookie } })
  assert.equal(csv.status, 200)
  assert.equal(csv.text.match(/,key\.created,/g)?.length, 4 + AT_ONCE)
  assert.equal(csv.text.match(/,key\.revoked,/g)?.length, 2 + AT_ONCE)
  assert.ok(csv.text.includes('김 민수'))
  return organizationId
}
