import { fastify, type RouteOptions } from 'fastify'
import { expect, test } from 'vitest'
import { roles, serviceScopes, type Role } from '@zentrix/shared/scopes.ts'
import { expectError, testApi, type TestApi } from '../../test/kit.ts'
import { accessRules, type Access } from './access.ts'
import { authenticateRequests } from './authenticate.ts'

/** Every route and its rule. A route that is missing here, or has another rule, fails the test. */
const table: Record<string, Access> = {
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'metrics',
  'GET /api/openapi.json': 'public',
  'GET /assets/*': 'public',
  'GET /.well-known/jwks.json': 'public',
  'POST /api/keys/revoke-leaked': 'public',
  'GET /api/session/options': 'session',
  'POST /api/session/invitation': 'session',
  'GET /api/session/*': 'session',
  'POST /api/session/*': 'session',
  'OPTIONS /api/session/*': 'session',
  'GET /api/keys': 'keys:read',
  'POST /api/keys': 'keys:issue',
  'GET /api/keys/:id': 'keys:read',
  'GET /api/keys/:id/usage': 'keys:read',
  'PATCH /api/keys/:id': 'keys:update',
  'DELETE /api/keys/:id': 'keys:revoke',
  'POST /api/keys/:id/rotate': 'keys:rotate',
  'GET /api/service-tokens': 'service-tokens:manage',
  'POST /api/service-tokens': 'service-tokens:manage',
  'DELETE /api/service-tokens/:id': 'service-tokens:manage',
  'GET /api/audit-events': 'audit:read',
  'POST /api/auth/verify': 'keys:verify',
  'GET /api/auth/check': 'keys:check',
  'ANY /api/auth/check': 'keys:check',
  'GET /api/auth/check/*': 'keys:check',
  'ANY /api/auth/check/*': 'keys:check',
  'PUT /api/internal/organizations/:id': 'catalog:write',
  'GET /api/internal/organizations/:id': 'catalog:write',
  'PUT /api/internal/agents/:id': 'catalog:write',
  'GET /api/internal/agents/:id': 'catalog:write',
  'DELETE /api/internal/agents/:id': 'catalog:write',
  'PUT /api/internal/instances/:id': 'catalog:write',
  'GET /api/internal/instances/:id': 'catalog:write',
  'DELETE /api/internal/instances/:id': 'catalog:write',
  'POST /api/internal/calls/consume': 'calls:consume',
  'POST /api/widget/token': 'key:widget-token',
  'GET /api/whoami': 'key:any',
}

/**
 * The routes by method and path; HEAD follows GET, a route of more methods than OpenAPI knows is
 * one for ANY, and the reader at /docs serves files alone.
 */
function listRoutes(routes: RouteOptions[]): [name: string, access: Access | undefined][] {
  return routes
    .filter(({ url }) => !url.startsWith('/docs/'))
    .flatMap(({ method, url, config }) =>
      (method.includes('PROPFIND') ? ['ANY'] : [method].flat())
        .filter((one) => one !== 'HEAD')
        .map((one): [string, Access | undefined] => [`${one} ${url}`, config?.access]),
    )
}

function send(api: TestApi, route: string, headers: Record<string, string>) {
  const [method, path] = route.replace('ANY ', 'PROPFIND ').split(' ') as [string, string]
  const url = path.replace(':id', '550e8400-e29b-41d4-a716-446655440000').replace('*', 'x')
  return api.request[method.toLowerCase() as 'get'](url).set(headers)
}

test('every route of the running application has the rule of the table', async () => {
  const { app } = await testApi()
  expect(Object.fromEntries(listRoutes(app.routes))).toEqual(table)
})

test('every route that answers with JSON declares what it answers', async () => {
  const { app } = await testApi()
  const undeclared = app.routes
    .filter(({ url, schema }) => !url.startsWith('/docs') && !(schema as { hide?: boolean })?.hide)
    .filter(({ schema }) => schema?.response === undefined)
  expect(undeclared.map(({ url }) => url)).toEqual([])
})

test('a route without a rule keeps the application from starting', async () => {
  const { ctx } = await testApi()
  const bare = fastify()
  authenticateRequests(bare, ctx)
  bare.get('/open', async () => 'anyone')
  await expect(bare.ready()).rejects.toThrow('GET /open declares no access rule')
})

test('every guarded route refuses whoever brings nothing, or the wrong kind of credential', async () => {
  const api = await testApi()
  const owner = await api.owner()
  const { key } = await api.issueKey(owner)
  const token = await api.serviceToken()
  const cookie = owner.cookie
  const wrong: Record<string, Record<string, string>[]> = {
    person: [{}, { Authorization: `Bearer ${key}` }, { Authorization: `Bearer ${token}` }],
    tenant: [{}, { Authorization: `Bearer ${key}` }, { Authorization: 'Basic eDp5' }],
    service: [{}, { Authorization: `Bearer ${key}` }, { Cookie: cookie }],
    gateway: [
      {},
      { Authorization: `Bearer ${key}` },
      { Authorization: `Bearer ${token}`, 'X-API-Key': key },
      { Authorization: `Bearer ${key}`, 'X-Service-Token': key },
      { Cookie: cookie },
    ],
    key: [{}, { Authorization: `Bearer ${token}` }, { Cookie: cookie }],
  }
  for (const [route, access] of Object.entries(table))
    for (const headers of wrong[accessRules[access].by] ?? [])
      expectError(await send(api, route, headers), 401, 'UNAUTHORIZED')
})

test('a service token opens nothing but what its one scope is for', async () => {
  const api = await testApi()
  const { organizationId } = await api.owner()
  for (const scope of serviceScopes) {
    const headers = {
      Authorization: `Bearer ${await api.serviceToken({ scopes: [scope] })}`,
      'X-Organization-Id': organizationId,
    }
    for (const [route, access] of Object.entries(table)) {
      const rule = accessRules[access]
      if (rule.by !== 'service' && rule.by !== 'tenant') continue
      const { status, body } = await send(api, route, headers)
      if (rule.scope !== scope)
        expect([route, status, body.code]).toEqual([route, 403, 'INSUFFICIENT_SCOPE'])
      else expect([401, 403]).not.toContain(status)
    }
  }
})

test('a role opens what is for it and for those below it', async () => {
  const api = await testApi()
  const { organizationId } = await api.owner()
  const mayChange: Record<Role, boolean> = { viewer: false, member: true, admin: true, owner: true }
  for (const [role, isAllowed] of Object.entries(mayChange) as [Role, boolean][]) {
    const { cookie } = await api.member(organizationId, role)
    for (const [route, access] of Object.entries(table)) {
      if (accessRules[access].by !== 'tenant') continue
      const isRefused = !isAllowed && !route.startsWith('GET ')
      const { status } = await send(api, route, { Cookie: cookie })
      expect([role, route, status === 403]).toEqual([role, route, isRefused])
    }
  }
})

test('what is for owners alone refuses everybody else', async () => {
  const api = await testApi()
  const { organizationId } = await api.owner()
  for (const role of roles) {
    const { cookie } = await api.member(organizationId, role)
    for (const [route, access] of Object.entries(table)) {
      if (accessRules[access].by !== 'person') continue
      const { status } = await send(api, route, { Cookie: cookie })
      expect([role, route, status === 403]).toEqual([role, route, role !== 'owner'])
    }
  }
})
