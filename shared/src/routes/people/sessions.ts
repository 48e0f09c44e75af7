import * as z from 'zod'
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../../passwords.ts'
import { Role } from '../../schemas/scopes.ts'
import { displayText } from '../../schemas/text.ts'

const MAX_TEXT_LENGTH = 2000

// PostgreSQL keeps no NUL and no lone surrogate; SQLite would.
const text = z
  .string()
  .max(MAX_TEXT_LENGTH, `Must be at most ${MAX_TEXT_LENGTH} characters`)
  .refine((value) => value.isWellFormed() && !value.includes('\0'), 'Must be well-formed Unicode')

const count = z.string().regex(/^[0-9]{1,4}$/, 'Must be a whole number up to 9999')
// The library makes all of them in one piece.
const MOST_AT_ONCE = 200
const pageSize = count
  .default(`${MOST_AT_ONCE}`)
  .transform((given) => `${Math.min(Number(given) || MOST_AT_ONCE, MOST_AT_ONCE)}`)
const password = text

// People copy codes with the spaces that they are shown with.
const code = text.transform((given) => given.replaceAll(/\s/g, ''))

// One role at a time: better-auth would store several as one comma-joined word.
const oneRole = z.union(
  [
    Role,
    z
      .array(Role)
      .length(1)
      .transform(([role]) => role ?? z.NEVER),
  ],
  {
    error: 'Must be one of viewer, member, admin, owner',
  },
)

const organizationId = text.optional()

const SignInInput = z.object({
  email: text,
  password,
  rememberMe: z.boolean().optional(),
})

const SignUpInput = z.object({
  name: displayText(100),
  email: z
    .email('Must be an e-mail address')
    .max(254, 'Must be at most 254 characters')
    .transform((email) => email.toLowerCase()),
  password: z
    .string()
    .min(MIN_PASSWORD_LENGTH, `Must have at least ${MIN_PASSWORD_LENGTH} characters`)
    .max(MAX_PASSWORD_LENGTH, `Must have at most ${MAX_PASSWORD_LENGTH} characters`)
    .refine((given) => given.isWellFormed(), 'Must be well-formed Unicode'),
  setupCode: z.string().trim().max(100).optional(),
  /** The token of the invitation's link. */
  invitationId: z.string().max(100).optional(),
})

/**
 * Better-auth's endpoints, and those of ours in its place: what each takes, in the query of a GET
 * or the body of a POST. What is not named here is dropped before the library sees it.
 */
export const sessionInputs = {
  'POST /api/session/sign-in/email': SignInInput,
  'POST /api/session/sign-up/email': SignUpInput,
  'GET /api/session/ok': z.object({}),
  'GET /api/session/get-session': z.object({
    disableRefresh: text.optional(),
    disableCookieCache: text.optional(),
  }),
  'GET /api/session/list-sessions': z.object({}),
  'GET /api/session/list-accounts': z.object({}),
  'POST /api/session/sign-in/social': z.object({
    provider: z.literal('oidc'),
    callbackURL: text.optional(),
    errorCallbackURL: text.optional(),
  }),
  'GET /api/session/callback/oidc': z.object({
    code: text.optional(),
    state: text.optional(),
    error: text.optional(),
    error_description: text.optional(),
    iss: text.optional(),
  }),
  'POST /api/session/sign-out': z.object({}),
  'POST /api/session/update-user': z.object({ name: displayText(100) }),
  'POST /api/session/change-password': z.object({
    currentPassword: password,
    newPassword: password,
    revokeOtherSessions: z.boolean().optional(),
  }),
  'POST /api/session/two-factor/enable': z.object({ password }),
  'POST /api/session/two-factor/disable': z.object({ password }),
  'POST /api/session/two-factor/generate-backup-codes': z.object({ password }),
  'POST /api/session/two-factor/verify-totp': z.object({ code }),
  'POST /api/session/two-factor/verify-backup-code': z.object({ code }),
  'POST /api/session/request-password-reset': z.object({
    email: z.email('Must be an e-mail address').max(254).toLowerCase(),
  }),
  'POST /api/session/reset-password': z.object({ newPassword: password, token: text }),
  'POST /api/session/revoke-session': z.object({ token: text }),
  'POST /api/session/revoke-sessions': z.object({}),
  'POST /api/session/revoke-other-sessions': z.object({}),
  'GET /api/session/organization/list': z.object({}),
  'GET /api/session/organization/get-full-organization': z.object({
    organizationId,
    organizationSlug: text.optional(),
    membersLimit: pageSize,
  }),
  'GET /api/session/organization/get-organization': z.object({
    organizationId,
    organizationSlug: text.optional(),
  }),
  'POST /api/session/organization/set-active': z.object({
    organizationId: text.nullish(),
    organizationSlug: text.optional(),
  }),
  'POST /api/session/organization/update': z.object({
    organizationId,
    data: z.object({ name: displayText(100) }),
  }),
  'GET /api/session/organization/list-members': z.object({
    organizationId,
    organizationSlug: text.optional(),
    limit: pageSize,
    offset: count.optional(),
    sortBy: z.enum(['createdAt', 'role', 'userId', 'id']).optional(),
    sortDirection: z.enum(['asc', 'desc']).optional(),
  }),
  'GET /api/session/organization/get-active-member': z.object({}),
  'GET /api/session/organization/get-active-member-role': z.object({
    organizationId,
    organizationSlug: text.optional(),
    userId: text.optional(),
  }),
  'POST /api/session/organization/has-permission': z.object({
    organizationId,
    permissions: z
      .record(z.string(), z.array(text))
      .refine((asked) => Object.keys(asked).every((name) => !(name in {})), 'Must name resources'),
  }),
  'GET /api/session/organization/list-invitations': z.object({ organizationId }),
  'GET /api/session/organization/list-user-invitations': z.object({}),
  'POST /api/session/organization/accept-invitation': z.object({ invitationId: text }),
  'GET /api/session/organization/get-invitation': z.object({ id: text }),
  'POST /api/session/organization/reject-invitation': z.object({ invitationId: text }),
  'POST /api/session/organization/cancel-invitation': z.object({ invitationId: text }),
  'POST /api/session/organization/invite-member': z.object({
    organizationId,
    email: z.email('Must be an e-mail address').max(254).toLowerCase(),
    role: oneRole,
    resend: z.boolean().optional(),
  }),
  'POST /api/session/organization/update-member-role': z.object({
    memberId: text,
    role: oneRole,
    organizationId,
  }),
  'POST /api/session/organization/remove-member': z.object({
    memberIdOrEmail: text,
    organizationId,
  }),
  'POST /api/session/organization/leave': z.object({ organizationId: text }),
}
