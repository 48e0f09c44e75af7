import type { BetterAuthOptions } from 'better-auth'
import {
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
} from '@zentrix/shared/schemas/people/sessions.ts'
import type { Context } from '../../context.ts'
import { makeId, makeRandomId } from '../../../crypto/ids.ts'
import type { ProviderMetadata } from '../single-sign-on/discover-provider.ts'
import { sessionClock } from '../identity/find-user-principal.ts'
import { gateSingleSignOn } from '../single-sign-on/gate-single-sign-on.ts'
import { identitySchema, organizationSchema } from '../identity/identity-schema.ts'
import { hashPassword, verifyPassword } from '../passwords/passwords.ts'
import { deleteOldestSessions, findLatestMembership } from '../identity/people.store.ts'
import { cookiePrefix, isSecure, sessionSecret, SESSION_PATH } from '../identity/session-cookie.ts'
import { secondFactor } from '../sign-in/second-factor.ts'
import { singleSignOn } from '../single-sign-on/single-sign-on.ts'

/** The header in which better-auth gets the client's address; only we set it. */
export const CLIENT_IP_HEADER = 'x-nas-client-ip'

const MAX_MEMBERS = 10_000
const MAX_SESSIONS = 100 // live ones of a person

const noTokens = { accessToken: null, refreshToken: null, idToken: null }

export type IdentityFor = {
  /** The provider of single sign-on, as it described itself. */
  provider?: ProviderMetadata
  isForKnownBrowsers?: boolean
}

/** All options of better-auth except the database. */
export async function identityOptions(
  ctx: Context,
  { provider, isForKnownBrowsers = false }: IdentityFor,
): Promise<BetterAuthOptions> {
  const { config } = ctx
  return {
    appName: 'Zentrix Agent Studio',
    basePath: SESSION_PATH,
    baseURL: config.publicUrl,
    trustedOrigins: config.portalOrigins,
    secret: sessionSecret(ctx),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    onAPIError: { throw: true },
    logger: {
      // Only the message: the arguments that follow may hold input of a person.
      log: (_, message) => ctx.log.debug(`better-auth: ${message}`),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true, // ours instead: see sign-up.ts
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
      password: {
        hash: (password) => hashPassword(ctx, password),
        verify: (given) => verifyPassword(ctx, given),
      },
      revokeSessionsOnPasswordReset: true,
    },
    ...identitySchema,
    // A session may change its own settings as long as it lasts, so none counts as stale.
    session: { ...identitySchema.session, cookieCache: { enabled: false }, freshAge: 0 },
    // A stolen database must not hold a link that still resets a password.
    verification: { ...identitySchema.verification, storeIdentifier: 'hashed' },
    advanced: {
      cookiePrefix: cookiePrefix(ctx),
      useSecureCookies: false, // it would put a weaker prefix before ours
      defaultCookieAttributes: { secure: isSecure(ctx) },
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      database: { generateId: ({ model }) => newId(ctx, model) },
    },
    // The browser keeps a sign-on under way, sealed: nobody can fill the database with sign-ons.
    account: {
      ...identitySchema.account,
      accountLinking: { enabled: true },
      storeStateStrategy: 'cookie',
    },
    databaseHooks: await databaseHooks(ctx),
    plugins: [
      await organizations(),
      await secondFactor(isForKnownBrowsers),
      ...(provider ? [await singleSignOn(ctx, provider)] : []),
    ],
  }
}

type DatabaseHooks = NonNullable<BetterAuthOptions['databaseHooks']>

async function databaseHooks(ctx: Context): Promise<DatabaseHooks> {
  return {
    user: { create: await gateSingleSignOn(ctx) },
    // Nothing here calls the provider again, so its tokens are not kept for a thief to steal.
    account: {
      create: { before: async (account) => ({ data: { ...account, ...noTokens } }) },
      update: { before: async (account) => ({ data: { ...account, ...noTokens } }) },
    },
    session: {
      create: {
        before: async (session, endpoint) => {
          const { userId } = session
          const replaced = endpoint?.context.session?.session
          // A session that replaces another one, after a new password, keeps its organization.
          const organizationId =
            (replaced?.userId === userId ? replaced['activeOrganizationId'] : null) ??
            (await findLatestMembership(ctx.db, userId))
          return { data: { ...session, activeOrganizationId: organizationId } }
        },
        after: ({ userId }) => deleteOldestSessions(ctx.db, userId, sessionClock(), MAX_SESSIONS),
      },
    },
  }
}

async function organizations() {
  const [{ organization }, { createAccessControl }] = await Promise.all([
    import('better-auth/plugins/organization'),
    import('better-auth/plugins/access'),
  ])
  const access = createAccessControl({
    organization: ['update', 'delete'],
    member: ['create', 'update', 'delete'],
    invitation: ['create', 'cancel'],
  })
  const manager = access.newRole({
    member: ['update', 'delete'],
    invitation: ['create', 'cancel'],
  })
  const owner = access.newRole({ ...manager.statements, organization: ['update'] })
  const reader = access.newRole({ organization: [], member: [], invitation: [] })
  return organization({
    ac: access,
    roles: { owner, admin: manager, member: reader, viewer: reader },
    allowUserToCreateOrganization: false,
    membershipLimit: MAX_MEMBERS,
    schema: organizationSchema,
  })
}

function newId(ctx: Context, model: string): string {
  if (model === 'user' || model === 'users') return makeId('usr', ctx.now())
  return makeRandomId()
}
