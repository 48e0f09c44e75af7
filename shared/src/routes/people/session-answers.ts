import type { sessionInputs } from './sessions.ts'
import * as z from 'zod'
import { HandOff } from '../../schemas/people/portal-sessions.ts'
import { Subscription } from '../../schemas/catalog.ts'
import { Role } from '../../schemas/scopes.ts'
import { Timestamp } from '../../schemas/text.ts'

const Person = z
  .object({ id: z.string(), name: z.string(), email: z.string() })
  .meta({ id: 'Person' })
export type Person = z.infer<typeof Person>

const Session = z.object({
  session: z
    .object({ token: z.string(), activeOrganizationId: z.string().nullish() })
    .meta({ id: 'PresentSession' }),
  user: Person.extend({ twoFactorEnabled: z.boolean().nullish() }).meta({ id: 'PresentPerson' }),
  /** There for a person whom the platform handed over. */
  handOff: HandOff.optional(),
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

const Status = z.object({ status: z.boolean() }).meta({ id: 'Status' })
const SignedIn = z.object({ token: z.string().nullish(), user: Person }).meta({ id: 'SignedIn' })

const BackupCodes = z.object({ backupCodes: z.array(z.string()) })
const NewSecondFactor = BackupCodes.extend({ totpURI: z.string() })
export type NewSecondFactor = z.infer<typeof NewSecondFactor>

const OrganizationSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    subscription: Subscription,
  })
  .meta({ id: 'OrganizationSummary' })
export type OrganizationSummary = z.infer<typeof OrganizationSummary>

const Member = z
  .object({
    id: z.string(),
    userId: z.string(),
    role: Role,
    createdAt: Timestamp,
    user: z.object({ name: z.string(), email: z.string() }),
  })
  .meta({ id: 'Member' })

const ListedMember = Member.extend({
  activeKeys: z.int().meta({ description: 'Keys they made that are neither revoked nor expired' }),
  standing: z
    .object({
      lastSeenAt: Timestamp.nullable().meta({ description: 'To within five minutes' }),
      twoFactorEnabled: z.boolean(),
      hasPassword: z.boolean().meta({
        description: 'Who has none signs in at the provider, which may ask for a second factor',
      }),
    })
    .optional()
    .meta({ description: 'Shown to owners and admins' }),
}).meta({ id: 'ListedMember' })
export type ListedMember = z.infer<typeof ListedMember>

const Invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: Role,
    status: z.enum(['pending', 'accepted', 'rejected', 'canceled']),
    expiresAt: Timestamp,
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof Invitation>

const WholeOrganization = z
  .object({
    id: z.string(),
    name: z.string(),
    members: z.array(Member).optional(),
    invitations: z.array(Invitation).optional(),
  })
  .meta({ id: 'WholeOrganization' })

/** Changes of a membership answer with less than a list of members does. */
const Membership = z
  .object({ id: z.string(), organizationId: z.string(), userId: z.string(), role: Role })
  .meta({ id: 'Membership' })

const MadeInvitation = z.object({
  id: z.string().meta({ description: 'The token of the link' }),
  email: z.string(),
  role: Role,
  mail: z.enum(['off', 'sent', 'failed', 'limited']),
})
export type MadeInvitation = z.infer<typeof MadeInvitation>

// A browser comes here from the provider, and goes on to a page: no client reads an answer.
type Callback = 'GET /api/session/callback/oidc'

/**
 * The parts of better-auth's answers, and of ours in their shape, that a client may rely on. Nothing
 * validates by them: a test of the server compares real answers with them.
 */
export const sessionAnswers = {
  'GET /api/session/get-session': Session.nullable(),
  'GET /api/session/list-sessions': z.array(OpenSession),
  /** How the person may sign in: `credential` is the password. */
  'GET /api/session/list-accounts': z.array(z.object({ providerId: z.string() })),
  'POST /api/session/sign-in/email': SignedIn.partial()
    .extend({
      twoFactorRedirect: z.boolean().optional().meta({ description: 'A code has to follow' }),
    })
    .meta({ id: 'SignInAnswer' }),
  'POST /api/session/sign-up/email': SignedIn,
  'GET /api/session/ok': z.object({ ok: z.literal(true) }),
  'POST /api/session/sign-out': z.object({ success: z.boolean() }),
  'POST /api/session/update-user': Status,
  'POST /api/session/change-password': SignedIn,
  'POST /api/session/request-password-reset': Status,
  'POST /api/session/reset-password': Status,
  'POST /api/session/revoke-session': Status,
  'POST /api/session/revoke-sessions': Status,
  'POST /api/session/revoke-other-sessions': Status,
  'POST /api/session/sign-in/social': z.object({ url: z.string() }),
  'POST /api/session/two-factor/enable': NewSecondFactor,
  'POST /api/session/two-factor/disable': Status,
  'POST /api/session/two-factor/generate-backup-codes': BackupCodes,
  'POST /api/session/two-factor/verify-totp': SignedIn,
  'POST /api/session/two-factor/verify-backup-code': SignedIn,
  'GET /api/session/organization/list': z.array(OrganizationSummary),
  'GET /api/session/organization/get-active-member': z.object({
    role: Role,
    /** `missing`: the organization asks for one, and the person reaches only its set-up. */
    secondFactor: z.enum(['optional', 'required', 'missing']),
  }),
  'GET /api/session/organization/list-members': z.object({
    members: z.array(ListedMember),
    total: z.number(),
  }),
  'GET /api/session/organization/list-invitations': z.array(Invitation),
  'POST /api/session/organization/invite-member': MadeInvitation,
  'GET /api/session/organization/get-full-organization': WholeOrganization.nullable(),
  'GET /api/session/organization/get-organization': WholeOrganization.nullable(),
  'POST /api/session/organization/set-active': WholeOrganization.nullable(),
  'POST /api/session/organization/update': WholeOrganization.nullable(),
  'GET /api/session/organization/get-active-member-role': z.object({ role: Role }),
  'POST /api/session/organization/has-permission': z.object({ success: z.boolean() }),
  'GET /api/session/organization/list-user-invitations': z.array(Invitation),
  'POST /api/session/organization/accept-invitation': z.object({
    invitation: Invitation,
    member: Membership,
  }),
  'GET /api/session/organization/get-invitation': Invitation,
  'POST /api/session/organization/reject-invitation': z.object({ invitation: Invitation }),
  'POST /api/session/organization/cancel-invitation': Invitation,
  'POST /api/session/organization/update-member-role': Membership,
  'POST /api/session/organization/remove-member': z.object({ member: Membership }),
  'POST /api/session/organization/leave': Membership,
} satisfies Record<Exclude<keyof typeof sessionInputs, Callback>, z.ZodType>

export type SessionAnswers = {
  [Name in keyof typeof sessionAnswers]: z.infer<(typeof sessionAnswers)[Name]>
}
