import type { BetterAuthOptions } from 'better-auth'
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '@zentrix/shared/schemas/sessions.ts'
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

/** The header by which better-auth learns the client's address; ours alone to set. */
export const CLIENT_IP_HEADER = 'x-nas-client-ip'

const MAX_MEMBERS = 10_000
const MAX_SESSIONS = 100 // live ones of a person

const noTokens = { accessToken: null, refreshToken: null, idToken: null }

export type IdentityFor = {
  /** Of single sign-on, as it described itself. */
  provider?: ProviderMetadata
  isForKnownBrowsers?: boolean
}

/** Everything that better-auth is told, but for the database. */
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
      // The message alone: the arguments that follow may hold what a person sent.
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
    // A session stays good for its own settings as long as it lasts, so none counts as stale.
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
    // A sign-on under way is kept by the browser, sealed: nobody can fill the database with them.
    account: {
      ...identitySchema.account,
      accountLinking: { enabled: true },
      storeStateStrategy: 'cookie',
    },
    databaseHooks: {
      user: { create: await gateSingleSignOn(ctx) },
      // Nothing here calls the provider again, so its tokens are not worth a thief's while.
      account: {
        create: { before: async (account) => ({ data: { ...account, ...noTokens } }) },
        update: { before: async (account) => ({ data: { ...account, ...noTokens } }) },
      },
      session: {
        create: {
          before: async (session, endpoint) => {
            const { userId } = session
            const replaced = endpoint?.context.session?.session
            // A session that takes another's place, after a new password, stays where that one was.
            const organizationId =
              (replaced?.userId === userId ? replaced['activeOrganizationId'] : null) ??
              (await findLatestMembership(ctx.db, userId))
            return { data: { ...session, activeOrganizationId: organizationId } }
          },
          after: ({ userId }) => deleteOldestSessions(ctx.db, userId, sessionClock(), MAX_SESSIONS),
        },
      },
    },
    plugins: [
      await organizations(),
      await secondFactor(isForKnownBrowsers),
      ...(provider ? [await singleSignOn(ctx, provider)] : []),
    ],
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
