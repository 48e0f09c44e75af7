import { expect, test } from 'vitest'
import { MAX_ORGANIZATION_WEBHOOKS } from '@zentrix/shared/schemas/webhooks.ts'
import {
  expectError,
  onEachDatabase,
  testApi,
  type Person,
} from '../../../../scripts/testkit/api/kit.ts'

const URL_TEXT = 'https://example.com/hook'
const input = { url: URL_TEXT, events: ['key.revoked'] }
const IDEMPOTENCY_KEY = '5f0c7a9e41d84b6f93c2ae10b7d86f25'

type Added = Record<string, unknown> & { id: string; secret: string }

async function add({ agent }: Person, body: object = {}): Promise<Added> {
  const answer = await agent.post('/api/webhooks').send({ ...input, ...body })
  expect([answer.status, answer.body]).toMatchObject([201, {}])
  return answer.body as Added
}

onEachDatabase((open) => {
  test('an owner adds a webhook and sees its secret once', async () => {
    const api = await open()
    const owner = await api.owner()
    const answer = await owner.agent.post('/api/webhooks').send(input).expect(201)
    const { secret, ...webhook } = answer.body as Added
    expect(secret).toMatch(/^whsec_[0-9A-Za-z+/]{43}=$/)
    expect(webhook).toEqual({
      id: expect.stringMatching(/^whk_/),
      organizationId: owner.organizationId,
      url: URL_TEXT,
      events: ['key.revoked'],
      description: null,
      enabled: true,
      disabledReason: null,
      failingSince: null,
      oldSecretUntil: null,
      createdAt: api.clock.now(),
    })
    expect(answer.headers).toMatchObject({
      location: `/api/webhooks/${webhook.id}`,
      'cache-control': 'no-store',
    })
    const { body: again } = await owner.agent.get(`/api/webhooks/${webhook.id}`).expect(200)
    expect(again).toEqual(webhook)
    const { body: page } = await owner.agent.get('/api/webhooks').expect(200)
    expect(page).toEqual({ data: [webhook], nextCursor: null })
    expect(api.logs.join('')).not.toContain(secret)
  })

  test('under one Idempotency-Key a webhook is added once, and its secret replaced once', async () => {
    const api = await open()
    const { agent } = await api.owner()
    const post = (path: string, body: object) =>
      agent.post(path).set('Idempotency-Key', IDEMPOTENCY_KEY).send(body)
    const first = await post('/api/webhooks', input).expect(201)
    const second = await post('/api/webhooks', input).expect(201)
    expect(second.body).toEqual(first.body)
    expectError(
      await post('/api/webhooks', { ...input, url: 'https://other.example/' }),
      409,
      'IDEMPOTENCY_KEY_REUSED',
    )
    const path = `/api/webhooks/${(first.body as Added).id}/rotate-secret`
    const rotated = await post(path, {}).expect(200)
    expect((await post(path, {}).expect(200)).body).toEqual(rotated.body)
    expect((rotated.body as Added).secret).not.toBe((first.body as Added).secret)
    const { body: page } = await agent.get('/api/webhooks').expect(200)
    expect((page as { data: unknown[] }).data).toHaveLength(1)
  })

  test('each change is in the audit log, with the origin of the URL alone', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await add(owner, { url: `${URL_TEXT}?token=t0ken` })
    await owner.agent
      .patch(`/api/webhooks/${id}`)
      .send({ events: ['*'] })
      .expect(200)
    await owner.agent
      .patch(`/api/webhooks/${id}`)
      .send({ events: ['*'] })
      .expect(200)
    await owner.agent.patch(`/api/webhooks/${id}`).send({ enabled: false }).expect(200)
    await owner.agent.post(`/api/webhooks/${id}/rotate-secret`).expect(200)
    await owner.agent.delete(`/api/webhooks/${id}`).expect(204)
    const { body } = await owner.agent.get('/api/audit-events')
    const events = (body as { data: { action: string; changes: object }[] }).data
    expect(events.map(({ action }) => action).slice(0, 5)).toEqual([
      'webhook.deleted',
      'webhook.secret_rotated',
      'webhook.disabled',
      'webhook.updated',
      'webhook.created',
    ])
    expect(events[4]?.changes).toEqual({
      webhookId: id,
      origin: 'https://example.com',
      events: ['key.revoked'],
    })
    expect(JSON.stringify(events)).not.toContain('t0ken')
  })

  test('null clears the description; an absent field is kept', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await add(owner, { description: 'Calls end with their key' })
    const patch = async (body: object) =>
      (await owner.agent.patch(`/api/webhooks/${id}`).send(body).expect(200)).body as object
    expect(await patch({ url: 'https://other.example' })).toMatchObject({
      url: 'https://other.example/',
      description: 'Calls end with their key',
    })
    expect(await patch({ description: null })).toMatchObject({ description: null })
    expect(await patch({ enabled: false })).toMatchObject({
      enabled: false,
      disabledReason: 'owner',
    })
    expect(await patch({ enabled: true })).toMatchObject({ enabled: true, disabledReason: null })
  })

  test('nobody reaches the webhooks of another organization', async () => {
    const api = await open()
    const { id } = await add(await api.owner())
    const { agent } = await api.owner()
    const path = `/api/webhooks/${id}`
    for (const answer of [
      await agent.get(path),
      await agent.patch(path).send({ enabled: false }),
      await agent.delete(path),
      await agent.post(`${path}/test`),
      await agent.post(`${path}/rotate-secret`),
      await agent.get(`${path}/deliveries`),
      await agent.post(`${path}/deliveries/dlv_1/resend`),
    ])
      expectError(answer, 404, 'NOT_FOUND')
    expect((await agent.get('/api/webhooks')).body).toEqual({ data: [], nextCursor: null })
  })

  test('what was deleted is gone, with its deliveries', async () => {
    const api = await open()
    const { agent } = await api.owner()
    const { body } = await agent.post('/api/webhooks').send(input).expect(201)
    const path = `/api/webhooks/${(body as Added).id}`
    await agent.post(`${path}/test`).expect(202)
    await agent.delete(path).expect(204)
    expectError(await agent.delete(path), 404, 'NOT_FOUND')
    expect(await api.ctx.db.selectFrom('webhook_deliveries').select('id').execute()).toEqual([])
  })

  test('an organization has a limited number of webhooks', async () => {
    const api = await open()
    const owner = await api.owner()
    for (let count = 0; count < MAX_ORGANIZATION_WEBHOOKS; count++) await add(owner)
    expectError(await owner.agent.post('/api/webhooks').send(input), 409, 'CONFLICT')
  })

  test('a service with webhooks:manage acts for the organization that it names', async () => {
    const api = await open()
    const owner = await api.owner()
    const token = await api.serviceToken({ scopes: ['webhooks:manage'] })
    const { id } = await add(owner)
    const as = { Authorization: `Bearer ${token}`, 'X-Organization-Id': owner.organizationId }
    await api.request.get(`/api/webhooks/${id}`).set(as).expect(200)
    await api.request.post('/api/webhooks').set(as).send(input).expect(201)
  })
})

const refused: [why: string, body: object, path: string][] = [
  ['http', { url: 'http://example.com/' }, 'url'],
  ['another protocol', { url: 'ftp://example.com/' }, 'url'],
  ['no URL', { url: 'example.com' }, 'url'],
  ['a password', { url: 'https://user:pass@example.com/' }, 'url'],
  ['a fragment', { url: 'https://example.com/#x' }, 'url'],
  ['a private address', { url: 'https://10.1.2.3/' }, 'url'],
  ['the metadata service', { url: 'https://169.254.169.254/' }, 'url'],
  ['a private address as one number', { url: 'https://167837955/' }, 'url'],
  ['a private address inside IPv6', { url: 'https://[::ffff:10.1.2.3]/' }, 'url'],
  ['a key', { url: `https://example.com/?k=nas_${'a'.repeat(32)}` }, 'url'],
  ['no event', { events: [] }, 'events'],
  ['an unknown event', { events: ['key.sold'] }, 'events.0'],
  ['* and another', { events: ['*', 'key.revoked'] }, 'events'],
  ['an event twice', { events: ['key.revoked', 'key.revoked'] }, 'events'],
  ['a control character', { description: 'a\u0000' }, 'description'],
]

test.each(refused)('%s is refused', async (_why, body, path) => {
  const { owner } = await testApi()
  const answer = await (await owner()).agent.post('/api/webhooks').send({ ...input, ...body })
  expectError(answer, 400, 'INVALID_INPUT')
  expect((answer.body as { details: { path: string }[] }).details[0]?.path).toBe(path)
})
