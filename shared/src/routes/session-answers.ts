import type { Subscription } from '../schemas/catalog.ts'
import type { Role } from '../scopes.ts'

export type Person = { id: string; name: string; email: string }

export type Session = {
  session: { token: string; activeOrganizationId?: string | null }
  user: Person & { twoFactorEnabled?: boolean | null }
}

/** A session of the person; the token identifies it and gives no access. */
export type OpenSession = {
  token: string
  createdAt: string
  ipAddress: string | null
  userAgent: string | null
}

export type NewSecondFactor = { totpURI: string; backupCodes: string[] }

export type OrganizationSummary = { id: string; name: string; subscription: Subscription }

export type Member = {
  id: string
  userId: string
  role: Role
  createdAt: string
  user: { name: string; email: string }
}

export type Invitation = {
  id: string
  email: string
  role: Role
  status: 'pending' | 'accepted' | 'rejected' | 'canceled'
  expiresAt: string
}

export type MadeInvitation = {
  /** The token of the link. */
  id: string
  email: string
  role: Role
  mail: 'off' | 'sent' | 'failed' | 'limited'
}

/** The parts that the portal reads of better-auth's answers, and of ours in their shape. */
export type SessionAnswers = {
  'GET /api/session/get-session': Session | null
  'GET /api/session/list-sessions': OpenSession[]
  /** How the person may sign in: `credential` is the password. */
  'GET /api/session/list-accounts': { providerId: string }[]
  'POST /api/session/sign-in/email': { twoFactorRedirect?: boolean }
  'POST /api/session/sign-in/social': { url: string }
  'POST /api/session/two-factor/enable': NewSecondFactor
  'POST /api/session/two-factor/generate-backup-codes': { backupCodes: string[] }
  'GET /api/session/organization/list': OrganizationSummary[]
  'GET /api/session/organization/get-active-member': { role: Role }
  'GET /api/session/organization/list-members': { members: Member[]; total: number }
  'GET /api/session/organization/list-invitations': Invitation[]
  'POST /api/session/organization/invite-member': MadeInvitation
}
