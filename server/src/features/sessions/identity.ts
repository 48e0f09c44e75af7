import { AsyncLocalStorage } from 'node:async_hooks'
import type { BetterAuthOptions } from 'better-auth'
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '@zentrix/shared/sessions.ts'
import type { Context } from '../../context.ts'
import { makeId, makeRandomId } from '../../crypto/ids.ts'
import { isDuplicate, isOutage } from '../../store/dialect/failures.ts'
import { identitySchema, organizationSchema } from './identity-schema.ts'
import { findLatestMembership } from './people.store.ts'
import { isSecure, sessionSecret } from './session-cookie.ts'
import { SessionError } from './session-error.ts'

export const SESSION_PATH = '/api/session'

/** The header by which better-auth learns the client's address; ours alone to set. */
export const CLIENT_IP_HEADER = 'x-nas-client-ip'

const INVITATION_SECONDS = 7 * 24 * 60 * 60
const MAX_MEMBERS = 10_000

/**
 * better-auth, as far as we let it work: passwords, sessions, cookies, organizations.
 * `handle` throws what the database threw, where the library would make a 401 or a 500 of it.
 */
export type Identity = { handle(request: Request): Promise<Response> }

/**
 * Sets better-auth up on our database. It is loaded here and not before, because that takes a
 * tenth of a second, which a start should not wait for.
 */
export async function openIdentity(ctx: Context): Promise<Identity> {
  const [{ betterAuth }, { getAdapter }] = await Promise.all([
    import('better-auth'),
    import('better-auth/db/adapter'),
  ])
  const options = await identityOptions(ctx)
  const type = ctx.database.dialect
  const adapter = await getAdapter({
    ...options,
    database: { db: ctx.database.peopleDb, type, transaction: type === 'postgres' },
  })
  const failures = new AsyncLocalStorage<{ error?: unknown }>()
  const auth = betterAuth({ ...options, database: () => notingFailures(adapter, failures) })

  return {
    async handle(request) {
      const failure: { error?: unknown } = {}
      try {
        const response = await failures.run(failure, () => auth.handler(request))
        if (isOutage(failure.error)) throw failure.error
        if (response.status >= 500) throw new Error(`better-auth answered ${response.status}`)
        return response
      } catch (error) {
        throw isDuplicate(failure.error) ? alreadyThere() : (failure.error ?? error)
      }
    },
  }
}

/** Remembers what the database threw, because better-auth answers an outage like a bad session. */
function notingFailures<Adapter extends object>(
  adapter: Adapter,
  failures: AsyncLocalStorage<{ error?: unknown }>,
): Adapter {
  return new Proxy(adapter, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        try {
          return (await Reflect.apply(member, target, args)) as unknown
        } catch (error) {
          const noted = failures.getStore()
          if (noted) noted.error = error
          throw error
        }
      }
    },
  })
}

async function identityOptions(ctx: Context): Promise<BetterAuthOptions> {
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
      revokeSessionsOnPasswordReset: true,
    },
    ...identitySchema,
    session: { ...identitySchema.session, cookieCache: { enabled: false } },
    // A stolen database must not hold a link that still resets a password.
    verification: { ...identitySchema.verification, storeIdentifier: 'hashed' },
    advanced: {
      cookiePrefix: 'nas',
      useSecureCookies: isSecure(ctx),
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      database: { generateId: ({ model }) => newId(ctx, model) },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            const organizationId = await findLatestMembership(ctx.db, session.userId)
            return { data: { ...session, activeOrganizationId: organizationId } }
          },
        },
      },
    },
    plugins: [await organizations()],
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
    organization: ['update'],
    member: ['update', 'delete'],
    invitation: ['create', 'cancel'],
  })
  const reader = access.newRole({ organization: [], member: [], invitation: [] })
  return organization({
    ac: access,
    roles: { owner: manager, admin: manager, member: reader, viewer: reader },
    allowUserToCreateOrganization: false,
    requireEmailVerificationOnInvitation: false,
    cancelPendingInvitationsOnReInvite: true,
    invitationExpiresIn: INVITATION_SECONDS,
    membershipLimit: MAX_MEMBERS,
    invitationLimit: MAX_MEMBERS,
    schema: organizationSchema,
  })
}

function newId(ctx: Context, model: string): string {
  if (model === 'user' || model === 'users') return makeId('usr', ctx.now())
  return makeRandomId()
}

function alreadyThere(): SessionError {
  return new SessionError(409, 'CONFLICT', 'This exists already')
}
