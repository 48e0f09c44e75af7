import type { Kysely } from 'kysely'
import type { AuditEventsTable, AuditHeadTable } from './audit.ts'
import type { AgentsTable, DeclaredScopesTable, InstancesTable } from './catalog.ts'
import type { IdempotentResultsTable } from './idempotency.ts'
import type { LeaseNodesTable, VerdictChangesTable } from './changes.ts'
import type { ApiKeysTable, ExpiryNoticesTable } from './keys.ts'
import type { OrganizationsTable } from './organizations.ts'
import type { PoliciesTable } from './policy.ts'
import type { ServiceTokensTable } from './service-tokens.ts'
import type {
  AccountsTable,
  InvitationsTable,
  MembersTable,
  SessionsTable,
  TwoFactorsTable,
  UsersTable,
  VerificationsTable,
} from './people/people.ts'
import type {
  PortalLinksTable,
  PortalPeopleTable,
  PortalSessionsTable,
} from './people/portal-sessions.ts'
import type { WebhookDeliveriesTable, WebhookSenderTable, WebhooksTable } from './webhooks.ts'
import type {
  KeyDaysTable,
  KeyRefusalsTable,
  KeyUsageTable,
  OrganizationUsageTable,
  ServiceTokenUsesTable,
} from './usage.ts'
import type { SigningKeysTable, SpentTokensTable } from './widget.ts'

/** Every table, by the name it has in both databases. */
export type Database = {
  users: UsersTable
  sessions: SessionsTable
  accounts: AccountsTable
  two_factors: TwoFactorsTable
  verifications: VerificationsTable
  organizations: OrganizationsTable
  members: MembersTable
  invitations: InvitationsTable
  portal_people: PortalPeopleTable
  portal_links: PortalLinksTable
  portal_sessions: PortalSessionsTable
  policies: PoliciesTable
  api_keys: ApiKeysTable
  key_usage: KeyUsageTable
  key_refusals: KeyRefusalsTable
  key_days: KeyDaysTable
  organization_usage: OrganizationUsageTable
  service_tokens: ServiceTokensTable
  service_token_uses: ServiceTokenUsesTable
  verdict_changes: VerdictChangesTable
  lease_nodes: LeaseNodesTable
  audit_events: AuditEventsTable
  audit_head: AuditHeadTable
  expiry_notices: ExpiryNoticesTable
  webhooks: WebhooksTable
  webhook_deliveries: WebhookDeliveriesTable
  webhook_sender: WebhookSenderTable
  agents: AgentsTable
  instances: InstancesTable
  declared_scopes: DeclaredScopesTable
  signing_keys: SigningKeysTable
  spent_tokens: SpentTokensTable
  idempotent_results: IdempotentResultsTable
  deployment: { name: string; value: string }
}

/** A connection, or an open transaction: queries do not care which. */
export type Db = Kysely<Database>
