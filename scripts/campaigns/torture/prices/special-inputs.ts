// Requests that are dear because of what the service has stored; no kind of input finds them.
import { HOUR_MS, MINUTE_MS } from '../../../../shared/src/moment.ts'
import { MAX_ROWS_OF_POLL } from '../../../../shared/src/verification/lease-times.ts'
import type { LeaseAnswer } from '../../../../shared/src/verification/leases.ts'
import { auditActions } from '../../../../shared/src/schemas/audit.ts'
import { keyIdAt, ORGANIZATION, REFUSED_REQUEST, WEBHOOK } from './fill.ts'
import { codeAt, deliveryIdAt, externalIdAt, ORGANIZATION_OF_WEBHOOKS } from './fill-platform.ts'
import type { Route } from './ordinary.ts'
import { RETURN_ORIGIN, type Place } from './place.ts'
import type { Asked } from './send.ts'

type Special = (ordinary: Asked, place: Place) => Record<string, Asked>

const withJson = (ordinary: Asked, body: object): Asked => ({
  ...ordinary,
  headers: { ...ordinary.headers, 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

const endOfMinute = () =>
  new Date((Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS).toISOString()

const fullPoll = {
  session: null,
  nonce: '',
  applied: 0,
  batch: 1,
  uses: Array.from({ length: MAX_ROWS_OF_POLL }, (_, at) => ({
    keyId: keyIdAt(at),
    ip: '2001:db8:0:100::1',
    ...(at % 2 === 0
      ? { code: 'VALID' }
      : { code: 'INSUFFICIENT_SCOPE', scopes: [`scope-${at}`.padEnd(90, 'x')] }),
    count: 1000,
    agoMs: at,
  })),
  unused: [],
}

/** The body of a session's next poll: its batch is counted, and its slices taken back. */
async function beginLease({ service, serviceToken }: Place): Promise<object> {
  const response = await fetch(`${service.url}/api/auth/lease`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${serviceToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...fullPoll, uses: [], batch: 0 }),
  })
  const { session, nonce, head } = (await response.json()) as LeaseAnswer
  const resetAt = endOfMinute()
  const unused = fullPoll.uses.map(({ keyId }) => ({ keyId, resetAt, units: 1 }))
  return { session, nonce, applied: head, unused }
}

// Each is opened, ended or sent once.
let taken = 0

const longWebhook = {
  url: `https://example.com/${'ﷺ'.repeat(200)}`,
  events: auditActions,
  description: 'ﷺ'.repeat(200),
}

const special: Record<string, Special> = {
  'POST /api/portal-sessions': (ordinary) => ({
    'longest names and return address': withJson(ordinary, {
      organizationId: ORGANIZATION,
      user: {
        externalId: 'ﷺ'.repeat(200),
        name: 'ﷺ'.repeat(100),
        email: `${'a'.repeat(64)}@${'b'.repeat(60)}.example`,
      },
      role: 'owner',
      returnUrl: `${RETURN_ORIGIN}/${'%EF%B7%BA/'.repeat(190)}`,
    }),
  }),
  'DELETE /api/portal-sessions': (ordinary) => ({
    'person with 100 sessions and 50 links': {
      ...ordinary,
      renew: async () => ({
        ...ordinary,
        target: `/api/portal-sessions?organizationId=${ORGANIZATION}&externalId=${externalIdAt(taken++)}`,
      }),
    },
  }),
  'POST /api/session/portal-link': (ordinary) => ({
    'code that is none': withJson(ordinary, { code: 'ﷺ'.repeat(100) }),
    // A good code is a credential, so the bound of what anonymous callers cost is not for it.
    ...(ordinary.headers['Cookie'] !== undefined && {
      'link of a person with 100 sessions': {
        ...ordinary,
        renew: async () => withJson(ordinary, { code: codeAt(taken++) }),
      },
    }),
  }),
  'GET /api/webhooks': (ordinary) => ({
    'all of the longest': {
      ...ordinary,
      target: '/api/webhooks?limit=100',
      headers: { ...ordinary.headers, 'X-Organization-Id': ORGANIZATION_OF_WEBHOOKS },
    },
  }),
  'POST /api/webhooks': (ordinary) => ({ 'all events': withJson(ordinary, longWebhook) }),
  'PATCH /api/webhooks/:id': (ordinary) => ({ 'all events': withJson(ordinary, longWebhook) }),
  'GET /api/webhooks/:id/deliveries': (ordinary) => ({
    'page of 100 out of 1,000': {
      ...ordinary,
      target: `/api/webhooks/${WEBHOOK}/deliveries?limit=100`,
    },
  }),
  'POST /api/webhooks/:id/deliveries/:deliveryId/resend': (ordinary) => ({
    'delivery that failed': {
      ...ordinary,
      renew: async () => ({
        ...ordinary,
        target: `/api/webhooks/${WEBHOOK}/deliveries/${deliveryIdAt(taken++)}/resend`,
      }),
    },
  }),
  'POST /api/auth/verify': (ordinary, { boundKey }) => ({
    'key with 100 addresses': withJson(ordinary, { key: boundKey, ip: '2001:db8:0:100::1' }),
    'scopes without end': withJson(ordinary, {
      key: boundKey,
      scopes: Array.from({ length: 50 }, (_, at) => `${'a:'.repeat(40)}${at}`),
    }),
  }),
  'POST /api/auth/lease': (ordinary, place) => {
    const request = withJson(ordinary, fullPoll)
    const renew = async () => withJson(ordinary, { ...fullPoll, ...(await beginLease(place)) })
    return { 'uses of 200 keys, and as many slices': { ...request, renew } }
  },
  'GET /api/whoami': (ordinary, { boundKey }) => ({
    'key with 100 addresses': {
      ...ordinary,
      headers: { ...ordinary.headers, Authorization: `Bearer ${boundKey}` },
    },
  }),
  'GET /api/keys': (ordinary) => ({
    'by last use': { ...ordinary, target: '/api/keys?sort=lastUsed&status=all&limit=100' },
  }),
  'GET /api/keys/:id/callers': (ordinary) => ({
    'key attacked from many addresses': {
      ...ordinary,
      target: `/api/keys/${keyIdAt(0)}/callers`,
    },
  }),
  'GET /api/refusals': (ordinary) => ({
    'id that many refusals bear': {
      ...ordinary,
      target: `/api/refusals?requestId=${REFUSED_REQUEST}`,
    },
  }),
  'GET /api/usage': (ordinary) => ({
    'as many hours as fit': {
      ...ordinary,
      target: `/api/usage?from=${new Date(Date.now() - 749 * HOUR_MS).toISOString()}`,
    },
  }),
  'GET /api/keys/counts': (ordinary) => ({
    'search that matches nothing': { ...ordinary, target: `/api/keys/counts?q=${'a'.repeat(100)}` },
  }),
  'POST /api/keys/revoke-many': (ordinary) => ({
    'preview of 1,000 keys': withJson(ordinary, {
      filter: { ids: Array.from({ length: 1000 }, (_, at) => keyIdAt(at)) },
      dryRun: true,
    }),
    'conditions that every key fits but the last': withJson(ordinary, {
      filter: { environment: 'production', unusedSince: '2000-01-01T00:00:00Z' },
    }),
    'as many ids as a body holds': withJson(ordinary, {
      filter: { ids: Array.from({ length: 4000 }, (_, at) => `key_${at}`) },
    }),
  }),
  'POST /api/keys/find': (ordinary) => ({
    'text of 60 KiB': withJson(ordinary, { key: 'x'.repeat(60_000) }),
  }),
  'POST /api/keys': (ordinary) => ({
    '100 addresses and 50 scopes': withJson(ordinary, {
      label: 'Server',
      allowedIps: Array.from({ length: 100 }, (_, at) => `2001:db8:${at}::/48`),
      scopes: Array.from({ length: 50 }, (_, at) => `word:${at}`),
    }),
  }),
}

export function specialRequests(
  { name }: Route,
  ordinary: Asked,
  place: Place,
): [kind: string, request: Asked][] {
  return Object.entries(special[name]?.(ordinary, place) ?? {})
}
