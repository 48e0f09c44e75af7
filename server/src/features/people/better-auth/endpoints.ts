import * as z from 'zod'
import { Role } from '@zentrix/shared/scopes.ts'
import { displayText } from '@zentrix/shared/text.ts'

const MAX_TEXT_LENGTH = 2000

// PostgreSQL keeps no NUL and no lone surrogate; SQLite would.
export const text = z
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
export const oneRole = z.union([Role, z.tuple([Role]).transform(([role]) => role)], {
  error: 'Must be one of viewer, member, admin, owner',
})

const organizationId = text.optional()

export const SignInInput = z.object({
  email: text,
  password,
  rememberMe: z.boolean().optional(),
})

type Endpoint = { method: 'GET' | 'POST'; input: z.ZodObject }

function get(query: z.ZodRawShape = {}): Endpoint {
  return { method: 'GET', input: z.object(query) }
}

function post(body: z.ZodRawShape = {}): Endpoint {
  return { method: 'POST', input: z.object(body) }
}

/** Those that need the provider of single sign-on. */
export const singleSignOnPaths = ['sign-in/social', 'callback/oidc']

/**
 * Every endpoint that better-auth answers as it is, with what it takes: the query of a GET, the
 * body of a POST. What is not named here is dropped before the library sees it.
 */
export const endpoints: Record<string, Endpoint> = {
  ok: get(),
  'get-session': get({ disableRefresh: text.optional(), disableCookieCache: text.optional() }),
  'list-sessions': get(),
  'list-accounts': get(),
  'sign-in/social': post({
    provider: z.literal('oidc'),
    callbackURL: text.optional(),
    errorCallbackURL: text.optional(),
  }),
  'callback/oidc': get({
    code: text.optional(),
    state: text.optional(),
    error: text.optional(),
    error_description: text.optional(),
    iss: text.optional(),
  }),
  'sign-out': post(),
  'update-user': post({ name: displayText(100) }),
  'change-password': post({
    currentPassword: password,
    newPassword: password,
    revokeOtherSessions: z.boolean().optional(),
  }),
  'two-factor/enable': post({ password }),
  'two-factor/disable': post({ password }),
  'two-factor/generate-backup-codes': post({ password }),
  'two-factor/verify-totp': post({ code }),
  'two-factor/verify-backup-code': post({ code }),
  'reset-password': post({ newPassword: password, token: text }),
  'revoke-session': post({ token: text }),
  'revoke-sessions': post(),
  'revoke-other-sessions': post(),
  'organization/list': get(),
  'organization/get-full-organization': get({
    organizationId,
    organizationSlug: text.optional(),
    membersLimit: pageSize,
  }),
  'organization/get-organization': get({ organizationId, organizationSlug: text.optional() }),
  'organization/set-active': post({
    organizationId: text.nullish(),
    organizationSlug: text.optional(),
  }),
  'organization/update': post({
    organizationId,
    data: z.object({ name: displayText(100) }),
  }),
  'organization/list-members': get({
    organizationId,
    organizationSlug: text.optional(),
    limit: pageSize,
    offset: count.optional(),
    sortBy: z.enum(['createdAt', 'role', 'userId', 'id']).optional(),
    sortDirection: z.enum(['asc', 'desc']).optional(),
  }),
  'organization/get-active-member': get(),
  'organization/get-active-member-role': get({
    organizationId,
    organizationSlug: text.optional(),
    userId: text.optional(),
  }),
  'organization/has-permission': post({
    organizationId,
    permissions: z
      .record(z.string(), z.array(text))
      .refine((asked) => Object.keys(asked).every((name) => !(name in {})), 'Must name resources'),
  }),
  'organization/list-invitations': get({ organizationId }),
  'organization/list-user-invitations': get(),
}
