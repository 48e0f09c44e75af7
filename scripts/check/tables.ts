import type { Source } from './arrows.ts'

/** The tables of each feature: no other one's store names them. */
export const owners: Record<string, string[]> = {
  audit: ['audit_events', 'audit_head'],
  catalog: ['agents', 'declared_scopes', 'instances'],
  idempotency: ['idempotent_results'],
  keys: ['api_keys', 'expiry_notices'],
  leases: ['lease_nodes', 'verdict_changes'],
  organizations: ['organizations'],
  people: [
    'accounts',
    'invitations',
    'members',
    'portal_links',
    'portal_people',
    'portal_sessions',
    'sessions',
    'two_factors',
    'users',
    'verifications',
  ],
  policy: ['policies'],
  'service-tokens': ['service_tokens', 'service_token_uses'],
  webhooks: ['webhook_deliveries', 'webhook_sender', 'webhooks'],
  usage: ['key_days', 'key_refusals', 'key_usage', 'organization_usage'],
  widget: ['signing_keys', 'spent_tokens'],
}

type Exception = { file: string; table: string; why: string }

export const exceptions: Exception[] = [
  {
    file: 'audit/event-list.store.ts',
    table: 'api_keys',
    why: 'an event shows the label that its key has now',
  },
  {
    file: 'keys/expiry/expiry.store.ts',
    table: 'key_usage',
    why: 'a key that nobody uses ends without a notice, and one statement finds the others',
  },
  {
    file: 'keys/reads/key-list.store.ts',
    table: 'key_usage',
    why: 'the list is sorted and filtered by last use, within one statement',
  },
  {
    file: 'keys/reads/key-with-use.store.ts',
    table: 'key_usage',
    why: 'a key is shown with its last use',
  },
  {
    file: 'people/identity/find-session.store.ts',
    table: 'organizations',
    why: 'each request asks whether the organization requires a second factor, within one statement',
  },
  {
    file: 'people/sign-in-policy/sign-in-policy.store.ts',
    table: 'organizations',
    why: 'what an organization asks of those who sign in is read with every session of its members',
  },
  {
    file: 'people/identity/people.store.ts',
    table: 'organizations',
    why: 'a membership is shown with the name of its organization',
  },
  {
    file: 'people/portal-sessions/portal-sessions.store.ts',
    table: 'organizations',
    why: 'a session is shown with the name of its organization',
  },
  {
    file: 'people/invitations/invitations.store.ts',
    table: 'organizations',
    why: 'an invitation is shown with the name of its organization',
  },
  {
    file: 'usage/most-used.store.ts',
    table: 'api_keys',
    why: 'the most used keys are found within an organization, in one statement',
  },
  {
    file: 'usage/refusals.store.ts',
    table: 'api_keys',
    why: 'a refusal is found for the organization of its key, which only the key itself has',
  },
  {
    file: 'usage/usage.store.ts',
    table: 'api_keys',
    why: 'usage is kept by the number of a key, which only the key itself has',
  },
  {
    file: 'usage/usage.store.ts',
    table: 'service_token_uses',
    why: 'the uses of service tokens are written together with those of keys',
  },
  {
    file: 'verify/verify.store.ts',
    table: 'api_keys',
    why: 'a verification reads the row of a key in one prepared statement',
  },
  {
    file: 'verify/verify.store.ts',
    table: 'verdict_changes',
    why: 'a copy of a key bears the head of the log of the same snapshot',
  },
]

const features = 'server/src/features/'
const named =
  /\.(?:selectFrom|insertInto|updateTable|deleteFrom|innerJoin|leftJoin)\(\s*\[?['"`](\w+)/g

/** Tables that a file of a feature names, and that are another feature's. */
export function findForeignTables(sources: Source[]): string[] {
  return sources
    .filter(({ file }) => file.startsWith(features))
    .flatMap(({ file, text }) => {
      const path = file.slice(features.length)
      const own = owners[path.split('/')[0] ?? ''] ?? []
      const tables = new Set([...text.matchAll(named)].map(([, table = '']) => table))
      return [...tables]
        .filter((table) => Object.values(owners).flat().includes(table))
        .filter((table) => !own.includes(table))
        .filter(
          (table) => !exceptions.some((known) => known.file === path && known.table === table),
        )
        .map((table) => `${file}: ${table} is another feature's table`)
    })
}
