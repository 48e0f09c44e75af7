/** Rows of `policies`. An organization without one asks nothing of its keys. */
export type PoliciesTable = {
  organization_id: string
  max_lifetime_days: number | null
  require_allowed_ips: number
  require_scopes: number
  updated_at: string
}
