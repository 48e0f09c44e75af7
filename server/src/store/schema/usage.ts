import type { Environment } from '@zentrix/shared/keys/environments.ts'
import type { Generated } from 'kysely'

/** Rows of `key_usage`: how often a key was used in an hour, by how that ended. */
export type KeyUsageTable = {
  /** Key, outcome and hour in one number; see `usage-slot.ts`. */
  slot: number
  count: number
  /** The last of them, in epoch milliseconds, and where it came from. */
  last_at_ms: number
  last_ip: string | null
  /** The first of them, if all came from `last_ip`. */
  first_at_ms: Generated<number | null>
  /** Where they came from several addresses; see `store/usage/callers.ts`. */
  callers: Generated<string | null>
}

/** Rows of `organization_usage`: uses of all keys of an organization in an hour. */
export type OrganizationUsageTable = {
  organization_id: string
  /** That of the key when it was used. */
  environment: Environment
  /** A position in `outcomes`. */
  outcome: number
  /** Since 1970; the first of a day that is older than 31 days. */
  hour: number
  count: number
}

/** Rows of `key_days`: uses of a key, however they ended, until the end of a day that is over. */
export type KeyDaysTable = {
  /** Key and day in one number; see `store/usage/day-slot.ts`. */
  slot: number
  total: number
}

/** Rows of `key_refusals`: why uses of a key were refused, the last of them. */
export type KeyRefusalsTable = {
  id: Generated<number>
  key_number: number
  at_ms: number
  code: string
  ip: string | null
  request_id: string | null
  /** The scopes that were asked for, as JSON. */
  scopes: string
}

/** Rows of `service_token_uses`: the last request with a service token. */
export type ServiceTokenUsesTable = {
  service_token_id: string
  last_at_ms: number
  last_ip: string | null
}
