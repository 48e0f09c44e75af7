/** Rows of `service_tokens`. `organization_ids` is a JSON array, or null for every organization. */
export type ServiceTokensTable = {
  id: string
  hash: Buffer
  last4: string
  name: string
  scopes: string
  organization_ids: string | null
  created_at: string
  expires_at: string | null
  revoked_at: string | null
}
