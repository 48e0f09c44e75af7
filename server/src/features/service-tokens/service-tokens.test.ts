import { expect, test } from 'vitest'
import { MAX_ORGANIZATION_TOKENS } from '@zentrix/shared/schemas/service-tokens.ts'
import { serviceScopes } from '@zentrix/shared/scopes.ts'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'
import { hashSecret } from '../../crypto/hash.ts'

const input = { name: 'Billing service', scopes: ['keys:verify', 'audit:read'] }
const KEY = '5f0c7a9e41d84b6f93c2ae10b7d86f25'

type Token = Record<string, unknown> & { id: string; token: string }

async function make({ agent }: Person, body: object = {}): Promise<Token> {
  const answer = await agent.post('/api/service-tokens').send({ ...input, ...body })
  expect([answer.status, answer.body]).toMatchObject([201, {}])
  return answer.body as Token
}

async function list({ agent }: Person, query = ''): Promise<Token[]> {
  const { body } = await agent.get(`/api/service-tokens${query}`).expect(200)
  return (body as { data: Token[] }).data
}

function ask(api: TestApi, token: string, organizationId: string, path = '/api/keys') {
  return api.request
    .get(path)
    .set({ Authorization: `Bearer ${token}`, 'X-Organization-Id': organizationId })
}

function verify(api: TestApi, token: string, key: string) {
  return api.request.post('/api/auth/verify').set('Authorization', `Bearer ${token}`).send({ key })
}

onEachDatabase((open) => {
  test('an owner makes a token, sees it in full once and masked from then on', async () => {
    const api = await open()
    const owner = await api.owner()
    const made = await owner.agent.post('/api/service-tokens').send(input).expect(201)
    expect(made.headers['cache-control']).toBe('no-store')
    const { token, ...rest } = made.body as Token
    expect(token).toMatch(/^nassvc_[0-9A-Za-z]{32}$/)
    expect(rest).toEqual({
      id: expect.stringMatching(/^svc_/),
      name: 'Billing service',
      masked: `nassvc_...${token.slice(-4)}`,
      last4: token.slice(-4),
      scopes: ['keys:verify', 'audit:read'],
      organizationIds: [owner.organizationId],
      status: 'active',
      createdAt: api.clock.now(),
      expiresAt: null,
      leakedAt: null,
      lastUsedAt: null,
      lastUsedIp: null,
    })
    expect(await list(owner)).toEqual([rest])
    const { hash } = await api.ctx.db
      .selectFrom('service_tokens')
      .select('hash')
      .executeTakeFirstOrThrow()
    expect(Buffer.from(hash).equals(hashSecret(token))).toBe(true)
    expect(api.logs.join('')).not.toContain(token)
  })

  test('a token judges keys of its own organization, and finds no others', async () => {
    const api = await open()
    const owner = await api.owner()
    const stranger = await api.owner()
    const { token } = await make(owner)
    const own = await api.issueKey(owner)
    const foreign = await api.issueKey(stranger)
    expect((await verify(api, token, own.key)).body).toMatchObject({ valid: true, keyId: own.id })
    expect((await verify(api, token, foreign.key)).body).toEqual({
      valid: false,
      code: 'NOT_FOUND',
    })
    const check = await api.request.get('/api/auth/check').set({
      'X-Service-Token': token,
      'X-API-Key': foreign.key,
    })
    expect(check.status).toBe(401)
  })

  test('a token works only on the keys and the audit log of its own organization', async () => {
    const api = await open()
    const owner = await api.owner()
    const stranger = await api.owner()
    const { token } = await make(owner, { scopes: ['keys:manage', 'audit:read'] })
    for (const path of ['/api/keys', '/api/audit-events']) {
      expect((await ask(api, token, owner.organizationId, path)).status).toBe(200)
      const foreign = await ask(api, token, stranger.organizationId, path)
      expectError(foreign, 404, 'NOT_FOUND')
      const unknown = await ask(api, token, 'org_01JD0000000000000000000000', path)
      expect(unknown.body.error).toBe(foreign.body.error)
    }
  })

  test('an organization cannot give scopes over the whole platform', async () => {
    const api = await open()
    const owner = await api.owner()
    const allowed = ['keys:verify', 'keys:manage', 'audit:read', 'webhooks:manage']
    for (const scope of serviceScopes) {
      const answer = await owner.agent
        .post('/api/service-tokens')
        .send({ name: 'Service', scopes: [scope] })
      expect([scope, answer.status]).toEqual([scope, allowed.includes(scope) ? 201 : 400])
    }
  })

  test('a token cannot be made for another organization, nor from wrong input', async () => {
    const api = await open()
    const owner = await api.owner()
    const stranger = await api.owner()
    for (const fault of [
      { organizationIds: [stranger.organizationId] },
      { organizationIds: null },
      { organizationId: stranger.organizationId },
      { scopes: [] },
      { scopes: ['keys:verify', 'keys:verify'] },
      { scopes: ['*'] },
      { name: ' ' },
      { name: 'x'.repeat(101) },
      { name: `pasted nas_${'a'.repeat(32)}` },
      { expiresAt: 'tomorrow' },
      { expiresAt: api.clock.now() },
    ])
      expectError(
        await owner.agent.post('/api/service-tokens').send({ ...input, ...fault }),
        400,
        'INVALID_INPUT',
      )
    expect(await list(owner)).toEqual([])
  })

  test('revoking acts at once, and revoking again changes nothing', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const { id, token } = await make(owner)
    const other = await make(owner, { name: 'Other' })
    expect((await verify(api, token, key)).status).toBe(200)
    await owner.agent.delete(`/api/service-tokens/${id}`).expect(204)
    expectError(await verify(api, token, key), 401, 'UNAUTHORIZED')
    expect((await verify(api, other.token, key)).status).toBe(200)
    await owner.agent.delete(`/api/service-tokens/${id}`).expect(204)
    expect((await list(owner)).map((found) => found.id)).toEqual([other.id])
    const { body } = await owner.agent.get('/api/audit-events?action=service_token.revoked')
    expect((body as { data: unknown[] }).data).toMatchObject([
      { actor: { type: 'user', id: owner.id }, changes: { serviceTokenId: id, name: input.name } },
    ])
  })

  test('tokens of others, and of the platform, look like unknown ones', async () => {
    const api = await open()
    const owner = await api.owner()
    const stranger = await api.owner()
    const { key } = await api.issueKey(owner)
    const { id, token } = await make(owner)
    const platform = await api.serviceToken({ organizationIds: [stranger.organizationId] })
    const rows = await api.ctx.db.selectFrom('service_tokens').select(['id', 'name']).execute()
    const platformId = rows.find(({ name }) => name === 'Test service')!.id
    expect(await list(stranger)).toEqual([])
    const unknown = await stranger.agent.delete('/api/service-tokens/svc_unknown')
    expectError(unknown, 404, 'NOT_FOUND')
    for (const foreign of [id, platformId]) {
      const answer = await stranger.agent.delete(`/api/service-tokens/${foreign}`)
      expectError(answer, 404, 'NOT_FOUND')
      expect(answer.body.error).toBe(unknown.body.error)
    }
    expect((await verify(api, token, key)).status).toBe(200)
    expect((await verify(api, platform, key)).status).toBe(200)
    const events = await stranger.agent.get('/api/audit-events?action=service_token.created')
    expect((events.body as { data: unknown[] }).data).toEqual([])
  })

  test('a person without the role can no longer make or revoke tokens; their tokens stay', async () => {
    const api = await open()
    const owner = await api.owner()
    const second = await api.member(owner.organizationId, 'owner')
    const { key } = await api.issueKey(owner)
    const { id, token } = await make(second)
    await api.ctx.db
      .updateTable('members')
      .set({ role: 'admin' })
      .where('user_id', '=', second.id)
      .execute()
    expectError(await second.agent.post('/api/service-tokens').send(input), 403, 'FORBIDDEN')
    expectError(await second.agent.delete(`/api/service-tokens/${id}`), 403, 'FORBIDDEN')
    expectError(await second.agent.get('/api/service-tokens'), 403, 'FORBIDDEN')
    expect((await verify(api, token, key)).status).toBe(200)
    expect(await list(owner)).toMatchObject([{ id }])
  })

  test('a service with any scopes makes no service tokens', async () => {
    const api = await open()
    const { organizationId } = await api.owner()
    const token = await api.serviceToken()
    const answer = await api.request
      .post('/api/service-tokens')
      .set({ Authorization: `Bearer ${token}`, 'X-Organization-Id': organizationId })
      .send(input)
    expectError(answer, 401, 'UNAUTHORIZED')
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  test('an expired token is refused, and listed as expired', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const expiresAt = new Date(api.clock.nowMs() + 60_000).toISOString()
    const { token } = await make(owner, { expiresAt })
    expect((await verify(api, token, key)).status).toBe(200)
    api.clock.advance(60)
    expectError(await verify(api, token, key), 401, 'UNAUTHORIZED')
    expect(await list(owner)).toMatchObject([{ status: 'expired', expiresAt }])
  })

  test('the list shows when and from which address a token was last used', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const { token } = await make(owner)
    api.clock.advance(5)
    await verify(api, token, key)
    expect(await list(owner)).toMatchObject([
      { lastUsedAt: api.clock.now(), lastUsedIp: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) },
    ])
  })

  test('a retry under the same Idempotency-Key makes no second token', async () => {
    const api = await open()
    const owner = await api.owner()
    const colleague = await api.member(owner.organizationId, 'owner')
    const attempt = (by: Person, body: object = input) =>
      by.agent.post('/api/service-tokens').set('Idempotency-Key', KEY).send(body)
    const answers = await Promise.all([attempt(owner), attempt(owner), attempt(owner)])
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.token)).size).toBe(1)
    expect(await list(owner)).toHaveLength(1)
    expectError(await attempt(owner, { ...input, name: 'x' }), 409, 'IDEMPOTENCY_KEY_REUSED')
    const others = await attempt(colleague)
    expect(others.status).toBe(201)
    expect(others.body.token).not.toBe(answers[0]!.body.token)
  })

  test('the number of unrevoked tokens of an organization is limited', async () => {
    const api = await open()
    const owner = await api.owner()
    const first = await make(owner)
    for (let made = 1; made < MAX_ORGANIZATION_TOKENS - 1; made++) await make(owner)
    const both = await Promise.all(
      [1, 2].map(() => owner.agent.post('/api/service-tokens').send(input)),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
    await owner.agent.delete(`/api/service-tokens/${first.id}`).expect(204)
    await make(owner)
  })

  test('the list has pages, newest first', async () => {
    const api = await open()
    const owner = await api.owner()
    const ids: string[] = []
    for (let made = 0; made < 3; made++) {
      ids.unshift((await make(owner)).id)
      api.clock.advance(1)
    }
    const first = await owner.agent.get('/api/service-tokens?limit=2').expect(200)
    expect(first.body).toMatchObject({ data: [{ id: ids[0] }, { id: ids[1] }] })
    const rest = await list(owner, `?limit=2&cursor=${first.body.nextCursor}`)
    expect(rest.map(({ id }) => id)).toEqual([ids[2]])
    expectError(await owner.agent.get('/api/service-tokens?cursor=x'), 400, 'INVALID_INPUT')
  })

  test('the audit log has the making of a token, without the token', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, token } = await make(owner)
    const { body } = await owner.agent.get('/api/audit-events?action=service_token.created')
    expect((body as { data: unknown[] }).data).toMatchObject([
      {
        actor: { type: 'user', id: owner.id },
        changes: { serviceTokenId: id, name: input.name, scopes: input.scopes },
      },
    ])
    expect(JSON.stringify(body)).not.toContain(token)
  })
})
