import assert from 'node:assert/strict'
import { lifeCaller, type Key, type LifeCaller } from './life-caller.ts'

export const LABEL = '결제 서버 – Ünï 🔑'
const PASSWORD = 'correct horse battery staple'
const AT_ONCE = 20
const SOON_SECONDS = 2
const DAY_SECONDS = 86_400
const SCOPES = ['widget:token', 'calls:read']

/** A service that a life is lived on. */
export type Place = {
  address: string
  /** With every scope. */
  serviceToken: string
  /** Lets the service's clock move on. */
  pass(seconds: number): Promise<void>
  nowMs(): number
}

/** Who lives the life, and the agent that widget tokens are for. */
type Life = { place: Place; caller: LifeCaller; agentId: string }

/**
 * The whole life of keys, from signing up to what is refused for good, with the answers that it has
 * to get wherever it is lived.
 *
 * @returns the organization, which is new
 * @throws {AssertionError} at the first answer that is not the expected one
 */
export async function liveALife(place: Place): Promise<string> {
  const life = { place, caller: lifeCaller(place), agentId: crypto.randomUUID() }
  const organizationId = await signUp(life)
  await addAgent(life)
  const key = await makeAndFind(life)
  await spendTokenOnce(life, key)
  await changeEnd(life, key)
  const last = await rotateAndRevoke(life, key)
  await revokeManyAtOnce(life, last)
  await readWhatHappened(life, key)
  return organizationId
}

async function signUp({ caller }: Life): Promise<string> {
  const account = { email: `${crypto.randomUUID()}@example.com`, password: PASSWORD }
  const body = { name: '김 민수', ...account }
  await caller.expectStatus(200, 'POST', '/api/session/sign-up/email', { body })
  await caller.expectStatus(200, 'POST', '/api/session/sign-in/email', { body: account })
  const { session } = await caller.asPerson(200, 'GET', '/api/session/get-session')
  return session.activeOrganizationId
}

async function addAgent({ caller, agentId }: Life): Promise<void> {
  const agent = { name: '상담원', active: true, allowedOrigins: ['https://shop.example'] }
  await caller.asService(200, 'PUT', `/api/internal/agents/${agentId}`, agent)
}

async function makeAndFind({ place, caller }: Life): Promise<Key> {
  const { asPerson, verify } = caller
  const expiresAt = inSeconds(place, DAY_SECONDS)
  const made = await asPerson(201, 'POST', '/api/keys', { label: LABEL, scopes: SCOPES, expiresAt })
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
  assert.deepEqual(verdict.scopes, SCOPES)
  assert.equal((await verify(made.key, { scopes: ['other'] })).code, 'INSUFFICIENT_SCOPE')
  const headers = { 'X-Service-Token': place.serviceToken, 'X-API-Key': made.key }
  await caller.expectStatus(200, 'GET', '/api/auth/check', { headers })
  return made
}

async function spendTokenOnce(life: Life, { key }: Key): Promise<void> {
  const token = await mint(life, key)
  await consume(life, 200, token)
  await consume(life, 409, token)
}

/** A new end counts at once, and so does one that has come. */
async function changeEnd(life: Life, { id, key }: Key): Promise<void> {
  const { place, caller } = life
  const later = inSeconds(place, 2 * DAY_SECONDS)
  await caller.asPerson(200, 'PATCH', `/api/keys/${id}`, { expiresAt: later })
  assert.equal((await caller.verify(key)).expiresAt, later)
  const expiresAt = inSeconds(place, SOON_SECONDS)
  const brief = await caller.asPerson(201, 'POST', '/api/keys', { label: 'Brief', expiresAt })
  assert.equal((await caller.verify(brief.key)).code, 'VALID')
  await place.pass(SOON_SECONDS + 1)
  await expectRefused(life, brief.key, 'EXPIRED')
}

/** With an overlap and without one. @returns the last of the chain */
async function rotateAndRevoke(life: Life, first: Key): Promise<Key> {
  const { asPerson, verify } = life.caller
  const rotate = (id: string, overlapSeconds: number) =>
    asPerson(201, 'POST', `/api/keys/${id}/rotate`, { overlapSeconds })
  const second = await rotate(first.id, 3600)
  for (const { key } of [first, second]) assert.equal((await verify(key)).code, 'VALID')
  const unspent = await mint(life, first.key)
  await asPerson(204, 'DELETE', `/api/keys/${first.id}`)
  await expectRefused(life, first.key, 'REVOKED')
  await consume(life, 401, unspent)
  const third = await rotate(second.id, 0)
  await expectRefused(life, second.key, 'REVOKED')
  assert.equal((await verify(third.key)).code, 'VALID')
  return third
}

/** Many at once do not stand in each other's way. */
async function revokeManyAtOnce(life: Life, third: Key): Promise<void> {
  const { asPerson } = life.caller
  const all = Array.from({ length: AT_ONCE }, (_, at) => at)
  const many = await Promise.all(
    all.map((at) => asPerson(201, 'POST', '/api/keys', { label: `Many ${at}` })),
  )
  await Promise.all([third, ...many].map(({ id }) => asPerson(204, 'DELETE', `/api/keys/${id}`)))
  for (const { key } of [third, many[0]!]) await expectRefused(life, key, 'REVOKED')
}

/** The states, the usage and the audit log of all that. */
async function readWhatHappened({ place, caller }: Life, { id }: Key): Promise<void> {
  const { data: keys } = await caller.asPerson(200, 'GET', '/api/keys?status=all&limit=100')
  const statuses = keys.map(({ status }) => status)
  assert.deepEqual(statuses.toSorted(), ['expired', ...Array(3 + AT_ONCE).fill('revoked')])
  const { lastUsedAt } = await caller.asPerson(200, 'GET', `/api/keys/${id}`)
  assert.ok(Math.abs(Date.parse(lastUsedAt) - place.nowMs()) < 60_000, `used at ${lastUsedAt}`)
  const { data: hours } = await caller.asPerson(200, 'GET', `/api/keys/${id}/usage`)
  const accepted = hours.reduce((sum, { counts }) => sum + (counts['VALID'] ?? 0), 0)
  assert.equal(accepted, 6)
  const csv = await caller.textForPerson('/api/audit-events?format=csv')
  assert.equal(csv.match(/,key\.created,/g)?.length, 4 + AT_ONCE)
  assert.equal(csv.match(/,key\.revoked,/g)?.length, 2 + AT_ONCE)
  assert.ok(csv.includes('김 민수'))
}

async function expectRefused({ place, caller, agentId }: Life, key: string, code: string) {
  assert.deepEqual(await caller.verify(key), { valid: false, code })
  const headers = { 'X-Service-Token': place.serviceToken, 'X-API-Key': key }
  await caller.expectStatus(401, 'GET', '/api/auth/check', { headers })
  const mint = { body: { agentId }, headers: bearer(key) }
  await caller.expectStatus(401, 'POST', '/api/widget/token', mint)
}

const mint = ({ caller, agentId }: Life, key: string) =>
  caller.expectStatus(200, 'POST', '/api/widget/token', { body: { agentId }, headers: bearer(key) })

const consume = ({ caller }: Life, status: number, { accessToken }: { accessToken: string }) =>
  caller.asService(status, 'POST', '/api/internal/calls/consume', { accessToken })

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

const inSeconds = (place: Place, seconds: number) =>
  new Date(place.nowMs() + seconds * 1000).toISOString()
