import type { Database } from './database.ts'

/**
 * Every table that is copied, those first that others refer to; with the column whose order is that
 * of the table itself, where it is the same on both databases.
 */
const order: Record<keyof Database, string | undefined> = {
  users: undefined,
  organizations: undefined,
  sessions: undefined,
  accounts: undefined,
  two_factors: undefined,
  verifications: undefined,
  members: undefined,
  invitations: undefined,
  portal_people: undefined,
  portal_links: undefined,
  portal_sessions: undefined,
  policies: undefined,
  api_keys: 'hash_head',
  key_usage: 'slot',
  key_refusals: 'id',
  key_days: 'slot',
  organization_usage: undefined,
  service_tokens: undefined,
  service_token_uses: undefined,
  verdict_changes: 'seq',
  lease_nodes: undefined,
  audit_events: 'position',
  audit_head: undefined,
  expiry_notices: undefined,
  webhooks: undefined,
  webhook_deliveries: undefined,
  webhook_sender: undefined,
  agents: undefined,
  instances: undefined,
  declared_scopes: undefined,
  signing_keys: undefined,
  spent_tokens: undefined,
  idempotent_results: undefined,
  deployment: undefined,
}

export type TableName = keyof Database

export const tables = Object.keys(order) as TableName[]

export function orderOf(table: TableName): string | undefined {
  return order[table]
}
