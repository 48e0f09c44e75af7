import type { Generated } from 'kysely'
import type { Environment } from '@zentrix/shared/schemas/keys.ts'

/** Rows of `api_keys`. Scopes and addresses are JSON arrays; moments are ISO 8601 text. */
export type ApiKeysTable = {
  hash_head: bigint
  number: Generated<number>
  /** The number of the key whose successor this is, and whose budget it shares; else null. */
  budget_number: Generated<number | null>
  id: string
  organization_id: string
  hash: Buffer
  last4: string
  label: string
  label_folded: string
  environment: Environment
  scopes: string
  allowed_ips: string
  rate_limit_per_minute: number | null
  created_at: string
  created_by_id: string | null
  created_by_name: string | null
  expires_at: string | null
  /** When `expires_at` was given its value; null: when the key was made. */
  expiry_set_at: Generated<string | null>
  disabled_at: string | null
  revoked_at: string | null
  revoked_by_id: string | null
  revoked_by_name: string | null
  revoke_reason: string | null
  leaked_at: string | null
  leaked_url: string | null
  rotated_from: string | null
  rotated_to: string | null
}

/** Every column but the hash, which no query but verify's needs. */
export const keyColumns = [
  'api_keys.id',
  'api_keys.organization_id',
  'api_keys.last4',
  'api_keys.label',
  'api_keys.environment',
  'api_keys.scopes',
  'api_keys.allowed_ips',
  'api_keys.rate_limit_per_minute',
  'api_keys.created_at',
  'api_keys.created_by_id',
  'api_keys.created_by_name',
  'api_keys.expires_at',
  'api_keys.disabled_at',
  'api_keys.revoked_at',
  'api_keys.revoked_by_id',
  'api_keys.revoked_by_name',
  'api_keys.revoke_reason',
  'api_keys.leaked_at',
  'api_keys.leaked_url',
  'api_keys.rotated_from',
  'api_keys.rotated_to',
] as const

export type KeyRow = Omit<
  ApiKeysTable,
  'hash_head' | 'number' | 'budget_number' | 'hash' | 'label_folded' | 'expiry_set_at'
> & {
  last_at_ms?: number | null
  last_ip?: string | null
}

/** How a label is searched: the same folding on both databases, for every alphabet. */
export function foldLabel(label: string): string {
  return label.toLowerCase()
}

/** Rows of `expiry_notices`: a stage before the end of a key that was noted, once for each end. */
export type ExpiryNoticesTable = {
  key_id: string
  organization_id: string
  expires_at: string
  days_before: number
  /** When the mails about it were handed over; null while they wait, or where there are none. */
  mailed_at: string | null
}
