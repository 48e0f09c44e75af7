import type { Random } from '../../../testkit/load/random.ts'
import { jsonText, Pairs } from '../garbage/json.ts'
import type { Operation, Schema } from '../garbage/operations.ts'
import { validValue, type KnownValues } from '../garbage/valid-input.ts'
import { keyIdAt, ORGANIZATION, WEBHOOK } from './fill.ts'
import { spareWebhookAt } from './fill-platform.ts'
import { RETURN_ORIGIN, type Caller, type Place } from './place.ts'
import type { Asked } from './send.ts'

/** A route with what is known of it; what is not in the API document has a path alone. */
export type Route = {
  name: string
  method: string
  path: string
  operation: Operation | undefined
}

export function describeRoutes(names: string[], operations: Operation[]): Route[] {
  return names.map((name) => {
    const [methods = '', path = ''] = name.split(' ')
    const method = methods === 'ANY' ? 'PUT' : methods
    const documented = path.replaceAll(/:(\w+)/g, '{$1}')
    const operation = operations.find((it) => it.method === method && it.path === documented)
    return { name, method, path, operation }
  })
}

const DAY_MS = 86_400_000

/** Values of fields that no schema could know. */
export function knownIn({ key }: Place): KnownValues {
  const agent = '550e8400-e29b-41d4-a716-446655440000'
  return {
    keyId: [keyIdAt(0)],
    key: [key],
    organizationId: [ORGANIZATION],
    agentId: [agent],
    ip: ['203.0.113.7'],
    'allowedIps[]': ['203.0.113.0/24'],
    allowedOrigins: ['https://example.com'],
    url: ['https://example.com/'],
    from: [new Date(Date.now() - DAY_MS).toISOString()],
    to: [new Date().toISOString()],
    limit: ['100'],
    requestId: ['request-1'],
  }
}

// Each key is changed or ended once.
let used = 1000

/** Bodies that a schema would fill so that what is asked next is refused. */
const bodies: Record<string, () => object> = {
  'PATCH /api/policy': () => ({ maxLifetimeDays: null, requireScopes: false }),
  'PATCH /api/webhooks/:id': () => ({ description: `Change ${used++}` }),
  'POST /api/portal-sessions': () => ({
    organizationId: ORGANIZATION,
    user: { externalId: 'customer', email: 'kim@customer.example', name: 'Kim Lee' },
    role: 'viewer',
    returnUrl: `${RETURN_ORIGIN}/settings`,
  }),
  'POST /api/keys/revoke-many': () => ({ filter: { ids: [keyIdAt(used++)] }, expect: 1 }),
}

const queries: Record<string, string> = {
  'DELETE /api/portal-sessions': `?organizationId=${ORGANIZATION}&externalId=nobody`,
}

/** A request that the caller would send in good faith. */
export function ordinaryRequest(
  { name, method, path, operation }: Route,
  caller: Caller,
  place: Place,
  random: Random,
): Asked {
  const known = knownIn(place)
  // Reported as leaked, a key would be ended, and with it one of the callers.
  if (/leak/.test(path)) known['key'] = ['nas_0123456789']
  const id = fixedIdIn(method, path, known)
  const target = `${path}${queries[name] ?? ''}`
    .replaceAll('*', 'ordinary')
    .replaceAll(
      /:\w+/g,
      () => id || (path.includes('organizations') ? ORGANIZATION : keyIdAt(used++)),
    )
  const headers: Record<string, string> = {
    'X-Forwarded-For': `203.0.${random.between(0, 255)}.${random.between(0, 255)}`,
    ...place.credentials[caller],
    ...(path.startsWith('/api/auth/check') &&
      caller === 'service' && {
        'X-Service-Token': place.serviceToken,
        Authorization: `Bearer ${place.key}`,
      }),
  }
  if (operation?.body === undefined) return { method, target, headers }
  return {
    method,
    target,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: bodies[name]
      ? JSON.stringify(bodies[name]())
      : jsonText(ordinaryBody(operation.body, random, known)),
  }
}

/** The id of what is not a key; empty for a key, of which each is asked about once. */
function fixedIdIn(method: string, path: string, known: KnownValues): string {
  if (path.includes('/webhooks/')) return method === 'DELETE' ? spareWebhookAt(used++) : WEBHOOK
  return path.includes('/agents/') || path.includes('/instances/') ? known['agentId']![0]! : ''
}

function ordinaryBody(schema: Schema, random: Random, known: KnownValues) {
  const value = validValue(schema, random, known, '')
  return value instanceof Pairs ? value : new Pairs([])
}
