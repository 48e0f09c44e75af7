import { expect, onTestFinished, test } from 'vitest'
import type { KeyCallers } from '@zentrix/shared/schemas/usage/callers.ts'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'
import { beginLease } from '../../../../scripts/testkit/api/lease.ts'
import { foldUsage } from './fold-usage.ts'
import { refusalBook } from './write-behind/refusal-book.ts'

const never = new AbortController().signal

async function callersOf(person: Person, id: string): Promise<KeyCallers> {
  const { body } = await person.agent.get(`/api/keys/${id}/callers`).expect(200)
  return body as KeyCallers
}

async function found(person: Person, requestId: string) {
  const { body } = await person.agent.get(`/api/refusals?requestId=${requestId}`).expect(200)
  return (body as { data: Record<string, unknown>[] }).data
}

/** Asks as a service, under a request id of its own. */
async function ask(api: TestApi, requestId: string, body: object): Promise<void> {
  await api.request
    .post('/api/auth/verify')
    .set('Authorization', `Bearer ${await api.serviceToken({ scopes: ['keys:verify'] })}`)
    .set('X-Request-Id', requestId)
    .send(body)
    .expect(200)
}

onEachDatabase((open) => {
  test.each([
    ['here', false],
    ['in threads', true],
  ])('each address has its first and last use and its counts, %s', async (_, inThreads) => {
    const api = await open({ inThreads })
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { scopes: ['a'] })
    const use = async (ip: string | undefined, scope = 'a') => {
      api.clock.advance(60)
      await api.verify(key, { scopes: [scope], ...(ip !== undefined && { ip }) })
      return api.clock.now()
    }
    const first = await use('203.0.113.7')
    await api.ctx.usage.flush()
    const alone = await callersOf(owner, id)
    expect(alone.addresses).toEqual([
      { ip: '203.0.113.7', firstSeenAt: first, lastSeenAt: first, accepted: 1, refused: 0 },
    ])
    const untold = await use(undefined)
    await use('203.0.113.7', 'b')
    await api.ctx.usage.flush()
    api.clock.advance(3600)
    const last = await use('203.0.113.7')
    const other = await use('2001:db8::1')
    await api.verify(key, { scopes: ['a'], ip: '203.0.113.9', cost: 0 })
    expect((await callersOf(owner, id)).addresses).toEqual([
      { ip: '2001:db8::1', firstSeenAt: other, lastSeenAt: other, accepted: 1, refused: 0 },
      { ip: '203.0.113.7', firstSeenAt: first, lastSeenAt: last, accepted: 2, refused: 1 },
      { ip: null, firstSeenAt: untold, lastSeenAt: untold, accepted: 1, refused: 0 },
    ])
  })

  test('of many addresses the twenty last seen are shown, however often they are written', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { rateLimitPerMinute: 1000 })
    api.clock.advance(3600 - (Math.floor(api.clock.nowMs() / 1000) % 3600)) // each hour has a row of its own
    const ips = Array.from({ length: 45 }, (_, at) => `203.0.113.${at}`)
    for (const ip of ips) {
      api.clock.advance(1)
      await api.verify(key, { ip })
      if (ip.endsWith('0')) await api.ctx.usage.flush()
    }
    const { addresses } = await callersOf(owner, id)
    expect(addresses.map(({ ip }) => ip)).toEqual(ips.slice(-20).toReversed())
    const rows = await api.ctx.committed.selectFrom('key_usage').select('callers').execute()
    expect(JSON.parse(rows[0]!.callers!)).toHaveLength(20)
  })

  test('a refusal says when, why, from where, with what id and for which scopes', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { scopes: ['a'], allowedIps: ['203.0.113.7'] })
    const ip = '203.0.113.7'
    await ask(api, 'first', { key, ip: '203.0.113.9' })
    api.clock.advance(1)
    await ask(api, 'peek', { key, ip, scopes: ['c'], cost: 0 })
    await ask(api, 'second', { key, ip, scopes: ['a', 'b'] })
    await ask(api, 'good', { key, ip, scopes: ['a'] })
    await ask(api, 'unknown', { key: 'nas_unknown', ip })
    const at = api.clock.now()
    const { refusals } = await callersOf(owner, id)
    expect(refusals).toEqual([
      { at, code: 'INSUFFICIENT_SCOPE', ip, requestId: 'second', scopes: ['a', 'b'] },
      {
        at: new Date(api.clock.nowMs() - 1000).toISOString(),
        code: 'IP_NOT_ALLOWED',
        ip: '203.0.113.9',
        requestId: 'first',
        scopes: [],
      },
    ])
    expect(await found(owner, 'second')).toEqual([{ keyId: id, ...refusals[0] }])
    for (const requestId of ['good', 'peek', 'unknown', 'none'])
      expect(await found(owner, requestId)).toEqual([])
  })

  test('the public API and a gateway name the id that their answer bears', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { scopes: ['a'] })
    const answer = await api.request
      .post('/api/widget/token')
      .set('Authorization', `Bearer ${key}`)
      .send({ agentId: '550e8400-e29b-41d4-a716-446655440000' })
      .expect(403)
    await api.request
      .get('/api/auth/check?scope=b')
      .set('X-Service-Token', await api.serviceToken({ scopes: ['keys:verify'] }))
      .set('X-API-Key', key)
      .set('X-Request-Id', 'of-the-gateway')
      .expect(403)
    const { refusals } = await callersOf(owner, id)
    expect(refusals.map(({ requestId, scopes }) => [requestId, scopes])).toEqual([
      ['of-the-gateway', ['b']],
      [answer.headers['x-request-id'], ['widget:token']],
    ])
  })

  test('the last fifty refusals of a key are kept', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { scopes: ['a'] })
    const other = await api.issueKey(owner, { scopes: ['a'] })
    await api.verify(other.key, { scopes: ['b'] })
    for (let at = 0; at < 70; at++) {
      api.clock.advance(1)
      await api.verify(key, { scopes: [`scope-${at}`] })
      if (at % 20 === 0) await api.ctx.usage.flush()
    }
    const { refusals } = await callersOf(owner, id)
    expect(refusals.map(({ scopes }) => scopes[0])).toEqual(
      Array.from({ length: 50 }, (_, at) => `scope-${69 - at}`),
    )
    const rows = await api.ctx.committed.selectFrom('key_refusals').select('id').execute()
    expect(rows).toHaveLength(51)
  })

  test('what a verifier decided by its lease is there as well, without a request id', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const verifier = await beginLease(api)
    const use = { keyId: id, ip: '203.0.113.7', agoMs: 1000 }
    await verifier.poll({
      batch: 1,
      uses: [
        { ...use, code: 'VALID', count: 5 },
        { ...use, code: 'RATE_LIMITED', count: 2 },
        { ...use, code: 'INSUFFICIENT_SCOPE', scopes: ['a', 'b'], count: 3 },
      ],
    })
    const at = new Date(api.clock.nowMs() - 1000).toISOString()
    const refusal = { at, ip: '203.0.113.7', requestId: null }
    expect(await callersOf(owner, id)).toEqual({
      addresses: [{ ip: '203.0.113.7', firstSeenAt: at, lastSeenAt: at, accepted: 5, refused: 5 }],
      refusals: [
        { ...refusal, code: 'INSUFFICIENT_SCOPE', scopes: ['a', 'b'] },
        { ...refusal, code: 'RATE_LIMITED', scopes: [] },
      ],
    })
  })

  test('callers and refusals are folded and removed with usage', async () => {
    const api = await open({ env: { USAGE_RETENTION_DAYS: '40' } })
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner, { scopes: ['a'] })
    for (const ip of ['203.0.113.7', '203.0.113.8', '203.0.113.7']) {
      await api.verify(key, { ip, scopes: ['a'] })
      await api.verify(key, { ip, scopes: ['b'] })
      api.clock.advance(3600)
    }
    const before = await callersOf(owner, id)
    expect(before.addresses.map(({ accepted, refused }) => [accepted, refused])).toEqual([
      [2, 2],
      [1, 1],
    ])
    api.clock.advance(35 * 86_400)
    await foldUsage(api.ctx, never, 3)
    expect(await callersOf(owner, id)).toEqual(before)
    api.clock.advance(10 * 86_400)
    await foldUsage(api.ctx, never, 3)
    expect(await callersOf(owner, id)).toEqual({ addresses: [], refusals: [] })
  })

  test('another organization sees nothing of a key, nor a service what is not about keys', async () => {
    const api = await open()
    const owner = await api.owner()
    const stranger = await api.owner()
    const { id, key } = await api.issueKey(owner, { scopes: ['a'] })
    await ask(api, 'asked', { key, scopes: ['b'] })
    const viewer = await api.member(owner.organizationId, 'viewer')
    expect((await callersOf(viewer, id)).refusals).toHaveLength(1)
    expect(await found(viewer, 'asked')).toHaveLength(1)
    expectError(await stranger.agent.get(`/api/keys/${id}/callers`), 404, 'NOT_FOUND')
    expectError(await owner.agent.get('/api/keys/unknown/callers'), 404, 'NOT_FOUND')
    expect(await found(stranger, 'asked')).toEqual([])
    const asService = async (path: string, organizationId: string) =>
      api.request
        .get(path)
        .set('Authorization', `Bearer ${await api.serviceToken({ scopes: ['keys:manage'] })}`)
        .set('X-Organization-Id', organizationId)
    const path = `/api/keys/${id}/callers`
    expect((await asService(path, owner.organizationId)).status).toBe(200)
    expectError(await asService(path, stranger.organizationId), 404, 'NOT_FOUND')
    expect((await asService('/api/refusals?requestId=asked', owner.organizationId)).status).toBe(
      401,
    )
  })

  test.each(['', '?requestId=', '?requestId=a%20b', `?requestId=${'a'.repeat(65)}`])(
    'refusals%s is a 400',
    async (query) => {
      const owner = await (await open()).owner()
      expectError(await owner.agent.get(`/api/refusals${query}`), 400, 'INVALID_INPUT')
    },
  )
})

test('memory for refusals is bounded, however many keys and scopes there are', () => {
  const book = refusalBook()
  onTestFinished(() => void book.take())
  const refusal = (keyNumber: number, scopes: string[] = []) => ({
    keyNumber,
    atMs: 0,
    code: 'REVOKED' as const,
    ip: null,
    requestId: null,
    scopes,
  })
  for (let at = 0; at < 100_000; at++) book.note(refusal(at % 2 === 0 ? 1 : at))
  const taken = book.take()
  expect(taken).toHaveLength(2000)
  expect(taken.filter(({ keyNumber }) => keyNumber === 1)).toHaveLength(50)
  expect(book.take()).toEqual([])
  for (let at = 0; at < 1000; at++) book.note(refusal(at, ['a'.repeat(5000)]))
  expect(book.take()).toHaveLength(100)
})
