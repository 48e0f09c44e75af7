import * as z from 'zod'
import { Subscription } from '../schemas/catalog.ts'
import { Role } from '../schemas/scopes.ts'
import { Timestamp } from '../schemas/text.ts'

const Person = z.object({ id: z.string(), name: z.string(), email: z.string() })
export type Person = z.infer<typeof Person>

const Session = z.object({
  session: z.object({ token: z.string(), activeOrganizationId: z.string().nullish() }),
  user: Person.extend({ twoFactorEnabled: z.boolean().nullish() }),
})
export type Session = z.infer<typeof Session>

/** A session of the person; the token identifies it and gives no access. */
const OpenSession = z.object({
  token: z.string(),
  createdAt: Timestamp,
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
})
export type OpenSession = z.infer<typeof OpenSession>

const BackupCodes = z.object({ backupCodes: z.array(z.string()) })
const NewSecondFactor = BackupCodes.extend({ totpURI: z.string() })
export type NewSecondFactor = z.infer<typeof NewSecondFactor>

const OrganizationSummary = z.object({
  id: z.string(),
  name: z.string(),
  subscription: Subscription,
})
export type OrganizationSummary = z.infer<typeof OrganizationSummary>

const Member = z.object({
  id: z.string(),
  userId: z.string(),
  role: Role,
  createdAt: Timestamp,
  user: z.object({ name: z.string(), email: z.string() }),
})
export type Member = z.infer<typeof Member>

const Invitation = z.object({
  id: z.string(),
  email: z.string(),
  role: Role,
  status: z.enum(['pending', 'accepted', 'rejected', 'canceled']),
  expiresAt: Timestamp,
})
export type Invitation = z.infer<typeof Invitation>

const MadeInvitation = z.object({
  id: z.string().meta({ description: 'The token of the link' }),
  email: z.string(),
  role: Role,
  mail: z.enum(['off', 'sent', 'failed', 'limited']),
})
export type MadeInvitation = z.infer<typeof MadeInvitation>

/**
 * The parts that the portal reads of better-auth's answers, and of ours in their shape. Nothing
 * validates by them: a test of the server compares real answers with them.
 */
export const sessionAnswers = {
  'GET /api/session/get-session': Session.nullable(),
  'GET /api/session/list-sessions': z.array(OpenSession),
  /** How the person may sign in: `credential` is the password. */
  'GET /api/session/list-accounts': z.array(z.object({ providerId: z.string() })),
  'POST /api/session/sign-in/email': z.object({ twoFactorRedirect: z.boolean().optional() }),
  'POST /api/session/sign-in/social': z.object({ url: z.string() }),
  'POST /api/session/two-factor/enable': NewSecondFactor,
  'POST /api/session/two-factor/generate-backup-codes': BackupCodes,
  'GET /api/session/organization/list': z.array(OrganizationSummary),
  'GET /api/session/organization/get-active-member': z.object({ role: Role }),
  'GET /api/session/organization/list-members': z.object({
    members: z.array(Member),
    total: z.number(),
  }),
  'GET /api/session/organization/list-invitations': z.array(Invitation),
  'POST /api/session/organization/invite-member': MadeInvitation,
}

export type SessionAnswers = {
  [Name in keyof typeof sessionAnswers]: z.infer<(typeof sessionAnswers)[Name]>
}
