/**
 * Rows of `service_tokens`. `organization_ids`, a JSON array, is where a token reaches, null for
 * everywhere; `organization_id` is whose owners made it, null for the operator's.
 */
export type ServiceTokensTable = {
  id: string
  hash: Buffer
  last4: string
  name: string
  scopes: string
  organization_ids: string | null
  organization_id: string | null
  created_at: string
  expires_at: string | null
  revoked_at: string | null
  leaked_at: string | null
}
