import type { ColumnType, Generated } from 'kysely'
import type { Role } from '@zentrix/shared/scopes.ts'

/** better-auth's tables, as far as our own queries touch them. */
export type UsersTable = {
  id: string
  name: string
  email: string
  // An integer on SQLite; our queries write it through `storedBoolean`.
  email_verified: ColumnType<boolean | number>
  two_factor_enabled: Generated<boolean | number>
  image: string | null
  created_at: string
  updated_at: string
}

export type SessionsTable = {
  id: string
  expires_at: string
  token: string
  created_at: string
  updated_at: string
  ip_address: string | null
  user_agent: string | null
  user_id: string
  active_organization_id: string | null
}

export type AccountsTable = {
  id: string
  account_id: string
  provider_id: string
  user_id: string
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: string | null
  refresh_token_expires_at: string | null
  scope: string | null
  password: string | null
  created_at: string
  updated_at: string
}

/** A person's second factor; the secret and the codes are sealed under AUTH_SECRET. */
export type TwoFactorsTable = {
  id: string
  user_id: string
  secret: string
  backup_codes: string
  /** Whether a first code has proved that the person's app has the secret. */
  verified: boolean | number
  failed_verification_count: Generated<number>
  locked_until: string | null
}

/** A value that better-auth accepts once: a pending password reset, a single sign-on under way. */
export type VerificationsTable = {
  id: string
  identifier: string
  value: string
  expires_at: string
  created_at: string | null
  updated_at: string | null
}

export type MembersTable = {
  id: string
  organization_id: string
  user_id: string
  role: Role
  created_at: string
  /** Written at most every few minutes: see note-seen.ts. */
  last_seen_at: Generated<string | null>
}

export type MemberRow = Omit<MembersTable, 'last_seen_at'>

export type InvitationsTable = {
  id: string
  organization_id: string
  email: string
  role: string | null
  status: string
  expires_at: string
  created_at: string
  inviter_id: string
}

/** A membership as better-auth's endpoints show it. */
export type Member = {
  id: string
  organizationId: string
  userId: string
  role: Role
  createdAt: string
}

export function toMember(row: MemberRow): Member {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    role: row.role,
    createdAt: row.created_at,
  }
}

/** An invitation as better-auth's endpoints show it. */
export type Invitation = {
  /** The token of its link: see invitation-token.ts. */
  id: string
  organizationId: string
  email: string
  role: string | null
  status: string
  expiresAt: string
  createdAt: string
  inviterId: string
}
