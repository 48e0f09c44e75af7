import type { Kysely } from 'kysely'
import type { AuditEventsTable, AuditHeadTable } from '../features/audit/audit.table.ts'
import type { AgentsTable, InstancesTable } from '../features/catalog/catalog.table.ts'
import type { IdempotentResultsTable } from '../features/idempotency/idempotency.table.ts'
import type { ApiKeysTable } from '../features/keys/keys.table.ts'
import type { OrganizationsTable } from '../features/organizations/organizations.table.ts'
import type { ServiceTokensTable } from '../features/service-tokens/service-tokens.table.ts'
import type {
  AccountsTable,
  InvitationsTable,
  MembersTable,
  SessionsTable,
  TwoFactorsTable,
  UsersTable,
  VerificationsTable,
} from '../features/sessions/people.table.ts'
import type { KeyUsageTable, ServiceTokenUsesTable } from '../features/usage/usage.table.ts'
import type { SigningKeysTable, SpentTokensTable } from '../features/widget/widget.table.ts'

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
  api_keys: ApiKeysTable
  key_usage: KeyUsageTable
  service_tokens: ServiceTokensTable
  service_token_uses: ServiceTokenUsesTable
  audit_events: AuditEventsTable
  audit_head: AuditHeadTable
  agents: AgentsTable
  instances: InstancesTable
  signing_keys: SigningKeysTable
  spent_tokens: SpentTokensTable
  idempotent_results: IdempotentResultsTable
  deployment: { name: string; value: string }
}

/** A connection, or an open transaction: queries do not care which. */
export type Db = Kysely<Database>
