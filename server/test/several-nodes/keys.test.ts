import { describe, expect, test } from 'vitest'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import { verifyLog } from '../../src/features/audit/verify-log.ts'
import { isRedisMissing } from '../../../scripts/testkit/processes/redis.ts'
import { atOnce, inOneMinute, sharedBudgets, statusesOf, threeNodes } from './three-nodes.ts'

test('one Idempotency-Key at every node at once makes one key', async () => {
  const { api, requestOf } = await threeNodes()
  const owner = await api.owner()
  const answers = await atOnce(12, (at) =>
    requestOf(at)
      .post('/api/keys')
      .set({ Cookie: owner.cookie, 'Idempotency-Key': 'one-key-at-three-nodes' })
      .send({ label: 'Once' }),
  )
  expect(statusesOf(answers)).toEqual(Array(12).fill(201))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  const { body } = await owner.agent.get('/api/keys').expect(200)
  expect((body as { data: unknown[] }).data).toHaveLength(1)
})

test('a key that every node revokes at once is revoked at every node, with one event', async () => {
  const { api, nodes, requestOf } = await threeNodes()
  const owner = await api.owner()
  const { id, key } = await api.issueKey(owner)
  const revoked = await atOnce(6, (at) =>
    requestOf(at).delete(`/api/keys/${id}`).set('Cookie', owner.cookie),
  )
  expect(statusesOf(revoked)).toEqual(Array(6).fill(204))
  const token = await api.serviceToken()
  const verdicts = await atOnce(3, (at) =>
    requestOf(at).post('/api/auth/verify').set('Authorization', `Bearer ${token}`).send({ key }),
  )
  for (const { body } of verdicts) expect(body).toEqual({ valid: false, code: 'REVOKED' })
  const { body } = await owner.agent.get(`/api/audit-events?keyId=${id}&action=key.revoked`)
  expect((body as { data: unknown[] }).data).toHaveLength(1)
  for (const { ctx } of nodes) expect((await verifyLog(ctx)).faults).toEqual([])
})

test('three nodes that write at once write one sound audit log', async () => {
  const { api, nodes, requestOf } = await threeNodes()
  const owners = [await api.owner(), await api.owner()]
  const made = await atOnce(30, (at) =>
    requestOf(at)
      .post('/api/keys')
      .set('Cookie', owners[at % 2]!.cookie)
      .send({ label: `Key ${at}` }),
  )
  const ended = await atOnce(30, (at) =>
    requestOf(at + 1)
      .delete(`/api/keys/${(made[at]!.body as IssuedKey).id}`)
      .set('Cookie', owners[at % 2]!.cookie),
  )
  expect(statusesOf([...made, ...ended])).toEqual([...Array(30).fill(201), ...Array(30).fill(204)])
  for (const { ctx } of nodes)
    expect(await verifyLog(ctx)).toMatchObject({ events: 62, faults: [] })
})

test('a widget token starts one call, though every node is asked at once', async () => {
  const { api, requestOf } = await threeNodes()
  const owner = await api.owner()
  const { key } = await api.issueKey(owner)
  const token = await api.serviceToken()
  const agentId = '550e8400-e29b-41d4-a716-446655440000'
  const service = { Authorization: `Bearer ${token}` }
  await requestOf(0)
    .put(`/api/internal/agents/${agentId}`)
    .set(service)
    .send({ name: 'Support', active: true })
    .expect(({ status }) => expect(status).toBeLessThan(300))
  const minted = await requestOf(1)
    .post('/api/widget/token')
    .set('Authorization', `Bearer ${key}`)
    .send({ agentId })
    .expect(200)
  const { accessToken } = minted.body as { accessToken: string }
  const answers = await atOnce(9, (at) =>
    requestOf(at).post('/api/internal/calls/consume').set(service).send({ accessToken }),
  )
  expect(statusesOf(answers)).toEqual([200, ...Array(8).fill(409)])
})

describe.skipIf(isRedisMissing())('with Redis', () => {
  test('a key has one budget at all nodes', async () => {
    const verdicts = await inOneMinute(async () => {
      const { api, requestOf } = await threeNodes({ env: await sharedBudgets() })
      const { key } = await api.issueKey(await api.owner(), { rateLimitPerMinute: 40 })
      const service = { Authorization: `Bearer ${await api.serviceToken()}` }
      const answers = await atOnce(90, (at) =>
        requestOf(at).post('/api/auth/verify').set(service).send({ key }),
      )
      return answers.map(({ body }) => body as Verdict)
    })
    const left = verdicts
      .filter(({ valid }) => valid)
      .map(({ rateLimit }) => rateLimit.remaining)
      .toSorted((a, b) => a - b)
    expect(left).toEqual(Array.from({ length: 40 }, (_, at) => at))
    expect(new Set(verdicts.map(({ rateLimit }) => rateLimit.resetAt)).size).toBe(1)
  })

  test('refused keys and reports of leaks are counted at all nodes together', async () => {
    const { reports, refused } = await inOneMinute(async () => {
      const { requestOf } = await threeNodes({ env: await sharedBudgets() })
      const report = (at: number) =>
        requestOf(at).post('/api/keys/revoke-leaked').send({ key: 'nas_nobody' })
      const use = (at: number) =>
        requestOf(at).get('/api/whoami').set('Authorization', 'Bearer nas_nobody')
      return { reports: await atOnce(66, report), refused: await atOnce(306, use) }
    })
    expect(statusesOf(reports)).toEqual([...Array(60).fill(202), ...Array(6).fill(429)])
    expect(statusesOf(refused)).toEqual([...Array(300).fill(401), ...Array(6).fill(429)])
  })
})

type Verdict = { valid: boolean; rateLimit: { remaining: number; resetAt: string } }
