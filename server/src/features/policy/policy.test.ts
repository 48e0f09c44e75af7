import { expect, test } from 'vitest'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'

const DAY_MS = 86_400_000

async function setPolicy({ agent }: Person, policy: object) {
  const { body } = await agent.patch('/api/policy').send(policy).expect(200)
  return body as object
}

function inDays({ clock }: TestApi, days: number, ms = 0): string {
  return new Date(clock.nowMs() + days * DAY_MS + ms).toISOString()
}

/** The fields that a refusal names. */
function refused(response: { status: number; body: unknown; headers: Record<string, string> }) {
  expectError(response, 400, 'INVALID_INPUT')
  return (response.body as { details: { path: string }[] }).details.map(({ path }) => path)
}

onEachDatabase((open) => {
  test('an organization asks nothing of its keys until an owner changes that', async () => {
    const api = await open()
    const owner = await api.owner()
    const viewer = await api.member(owner.organizationId, 'viewer')
    const nothing = { maxLifetimeDays: null, requireAllowedIps: false, requireScopes: false }
    expect((await viewer.agent.get('/api/policy').expect(200)).body).toEqual(nothing)
    expect(await setPolicy(owner, { maxLifetimeDays: 90 })).toEqual({
      ...nothing,
      maxLifetimeDays: 90,
    })
    const kept = { ...nothing, maxLifetimeDays: 90, requireScopes: true }
    expect(await setPolicy(owner, { requireScopes: true })).toEqual(kept)
    expect((await viewer.agent.get('/api/policy').expect(200)).body).toEqual(kept)
    expect(await setPolicy(owner, { maxLifetimeDays: null, requireScopes: null })).toEqual(nothing)
    const other = await api.owner()
    expect((await other.agent.get('/api/policy').expect(200)).body).toEqual(nothing)
  })

  test('a change is audited with what was and what is; a change of nothing is not', async () => {
    const api = await open()
    const owner = await api.owner()
    await setPolicy(owner, { maxLifetimeDays: 90, requireAllowedIps: true })
    await setPolicy(owner, { maxLifetimeDays: 90 })
    await setPolicy(owner, {})
    const log = await owner.agent.get('/api/audit-events?action=policy.updated').expect(200)
    expect(log.body.data).toHaveLength(1)
    expect(log.body.data[0]).toMatchObject({
      keyId: null,
      actor: { type: 'user', id: owner.id },
      changes: {
        maxLifetimeDays: { from: null, to: 90 },
        requireAllowedIps: { from: false, to: true },
      },
    })
  })

  test('only owners change it, and only to what it may be', async () => {
    const api = await open()
    const owner = await api.owner()
    const admin = await api.member(owner.organizationId, 'admin')
    const byAdmin = await admin.agent.patch('/api/policy').send({ requireScopes: true })
    expectError(byAdmin, 403, 'FORBIDDEN')
    for (const wrong of [
      { maxLifetimeDays: 0 },
      { maxLifetimeDays: 1.5 },
      { maxLifetimeDays: 36_501 },
      { maxLifetimeDays: '90' },
      { requireScopes: 'yes' },
      { requireEverything: true },
    ])
      expectError(await owner.agent.patch('/api/policy').send(wrong), 400, 'INVALID_INPUT')
    expect((await owner.agent.get('/api/policy')).body.maxLifetimeDays).toBeNull()
  })

  test('a new key may live as long as the policy says, and not a millisecond longer', async () => {
    const api = await open()
    const owner = await api.owner()
    await setPolicy(owner, { maxLifetimeDays: 30 })
    const issue = (expiresAt?: string) =>
      owner.agent.post('/api/keys').send({ label: 'Server', environment: 'staging', expiresAt })
    expect(refused(await issue())).toEqual(['expiresAt'])
    expect(refused(await issue(inDays(api, 30, 1)))).toEqual(['expiresAt'])
    expect((await issue(inDays(api, 30))).status).toBe(201)
    await setPolicy(owner, { maxLifetimeDays: null })
    expect((await issue()).status).toBe(201)
  })

  test('addresses and scopes are asked of production keys alone', async () => {
    const api = await open()
    const owner = await api.owner()
    await setPolicy(owner, { requireAllowedIps: true, requireScopes: true })
    const issue = (input: object) =>
      owner.agent.post('/api/keys').send({ label: 'Server', ...input })
    expect(refused(await issue({}))).toEqual(['allowedIps', 'scopes'])
    expect(refused(await issue({ scopes: ['a'] }))).toEqual(['allowedIps'])
    expect(refused(await issue({ allowedIps: ['::1'], scopes: [] }))).toEqual(['scopes'])
    expect((await issue({ allowedIps: ['::1'], scopes: ['a'] })).status).toBe(201)
    expect((await issue({ environment: 'staging' })).status).toBe(201)
  })

  test('a policy binds services too', async () => {
    const api = await open()
    const owner = await api.owner()
    await setPolicy(owner, { requireScopes: true })
    const token = await api.serviceToken({ scopes: ['keys:manage'] })
    const service = {
      Authorization: `Bearer ${token}`,
      'X-Organization-Id': owner.organizationId,
    }
    const issue = api.request.post('/api/keys').set(service).send({ label: 'Server' })
    expect(refused(await issue)).toEqual(['scopes'])
  })

  test('a change of a key is judged by the fields that it changes', async () => {
    const api = await open()
    const owner = await api.owner()
    const old = await api.issueKey(owner)
    const staging = await api.issueKey(owner, { environment: 'staging', expiresAt: inDays(api, 9) })
    await setPolicy(owner, { maxLifetimeDays: 30, requireAllowedIps: true, requireScopes: true })
    const patch = (id: string, change: object) => owner.agent.patch(`/api/keys/${id}`).send(change)
    // Everything about the old key breaks the policy, and it can still be named and disabled.
    for (const change of [
      { label: 'Renamed' },
      { enabled: false },
      { environment: 'production', expiresAt: null, scopes: [] },
      { scopes: ['a'] },
    ])
      expect((await patch(old.id, change)).status).toBe(200)
    expect(refused(await patch(old.id, { scopes: null }))).toEqual(['scopes'])
    expect(refused(await patch(old.id, { expiresAt: inDays(api, 31) }))).toEqual(['expiresAt'])
    expect(refused(await patch(staging.id, { environment: 'production' }))).toEqual([
      'allowedIps',
      'scopes',
    ])
    const whole = { environment: 'production', scopes: ['a'], allowedIps: ['::1'] }
    expect((await patch(staging.id, whole)).status).toBe(200)
    expect(refused(await patch(staging.id, { allowedIps: [] }))).toEqual(['allowedIps'])
    const { body } = await owner.agent.get(`/api/keys/${staging.id}`).expect(200)
    expect(body).toMatchObject(whole)
  })

  test('the life of a key counts from its creation, also when it is brought back', async () => {
    const api = await open()
    const owner = await api.owner()
    const key = await api.issueKey(owner, { expiresAt: inDays(api, 10) })
    const latest = inDays(api, 30)
    await setPolicy(owner, { maxLifetimeDays: 30 })
    api.clock.advance(20 * 86_400)
    const patch = (expiresAt: string) =>
      owner.agent.patch(`/api/keys/${key.id}`).send({ expiresAt })
    expect(refused(await patch(inDays(api, 10, 1)))).toEqual(['expiresAt'])
    expect((await patch(latest)).body).toMatchObject({ status: 'active', expiresAt: latest })
  })

  test("a rotation's successor is cut to the longest life", async () => {
    const api = await open()
    const owner = await api.owner()
    const rotate = (id: string) =>
      owner.agent.post(`/api/keys/${id}/rotate`).send({ overlapSeconds: 0 })
    const forever = await api.issueKey(owner)
    const long = await api.issueKey(owner, { expiresAt: inDays(api, 365) })
    const short = await api.issueKey(owner, { expiresAt: inDays(api, 7) })
    await setPolicy(owner, { maxLifetimeDays: 30 })
    for (const [key, days] of [
      [forever, 30],
      [long, 30],
      [short, 7],
    ] as const)
      expect((await rotate(key.id)).body).toMatchObject({ expiresAt: inDays(api, days) })
  })

  test('a rotation gives nobody a key that lacks what production keys need', async () => {
    const api = await open()
    const owner = await api.owner()
    const key = await api.issueKey(owner)
    await setPolicy(owner, { requireAllowedIps: true, requireScopes: true })
    const rotate = () =>
      owner.agent.post(`/api/keys/${key.id}/rotate`).send({ overlapSeconds: 3600 })
    expect(refused(await rotate())).toEqual(['allowedIps', 'scopes'])
    expect(await api.verify(key.key)).toMatchObject({ code: 'VALID' })
    const whole = { scopes: ['a'], allowedIps: ['::1'] }
    await owner.agent.patch(`/api/keys/${key.id}`).send(whole).expect(200)
    expect((await rotate()).status).toBe(201)
  })

  test('a filter finds the live keys that the policy would no longer allow', async () => {
    const api = await open()
    const owner = await api.owner()
    const make = (label: string, more: object) =>
      api.issueKey(owner, { label, environment: 'staging', expiresAt: inDays(api, 30), ...more })
    const find = async () => {
      const { body } = await owner.agent.get('/api/keys?hygiene=breaks-policy').expect(200)
      return (body.data as { label: string }[]).map(({ label }) => label).toSorted()
    }
    await make('good', {})
    await make('too long', { expiresAt: inDays(api, 30, 1) })
    await make('for ever', { expiresAt: null })
    await make('open', { environment: 'production' })
    await make('bound', { environment: 'production', allowedIps: ['::1'], scopes: ['a'] })
    expect(await find()).toEqual([])
    await setPolicy(owner, { maxLifetimeDays: 30 })
    expect(await find()).toEqual(['for ever', 'too long'])
    await setPolicy(owner, { maxLifetimeDays: null, requireScopes: true })
    expect(await find()).toEqual(['open'])
    await setPolicy(owner, { maxLifetimeDays: 30, requireAllowedIps: true, requireScopes: false })
    expect(await find()).toEqual(['for ever', 'open', 'too long'])
  })

  test('of a stricter policy and new keys at once, no key follows the policy and breaks it', async () => {
    const api = await open()
    const owner = await api.owner()
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => owner.agent.post('/api/keys').send({ label: 'Server' })),
      owner.agent.patch('/api/policy').send({ requireScopes: true }),
      ...Array.from({ length: 5 }, () => owner.agent.post('/api/keys').send({ label: 'Server' })),
    ])
    const made = answers.filter(({ status }) => status === 201).length
    const log = await owner.agent.get('/api/audit-events?limit=100').expect(200)
    const actions = (log.body.data as { action: string }[]).map(({ action }) => action)
    const at = actions.indexOf('policy.updated')
    expect(actions.slice(0, at)).not.toContain('key.created')
    expect(actions.slice(at).filter((action) => action === 'key.created')).toHaveLength(made)
  })
})
