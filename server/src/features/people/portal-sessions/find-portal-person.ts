import type { HandOff } from '@zentrix/shared/schemas/people/portal-sessions.ts'
import type { Role } from '@zentrix/shared/scopes.ts'
import type { Context } from '../../context.ts'
import type { Named, RequestTrace, UserPrincipal } from '../../principals.ts'
import { assertShown } from '../identity/find-user-principal.ts'
import { hashPortalSecret, readPortalToken } from './portal-token.ts'
import { findPortalSession } from './portal-sessions.store.ts'
import { isReturnUrl } from './return-url.ts'

/** A person whom the platform handed over, with a live session. */
export type PortalPerson = {
  userId: string
  name: string
  email: string
  role: Role
  organizationId: string
  organizationName: string
  returnUrl: string | null
  expiresAt: string
}

/**
 * The person with a session, from the database each time; undefined once it has ended.
 *
 * @throws {ConflictError | NotFoundError} as `assertShown`
 */
export async function findPortalPerson(
  ctx: Context,
  token: string,
  named: Named,
): Promise<PortalPerson | undefined> {
  const person = await findPortalSession(ctx.committed, hashPortalSecret(token), ctx.now())
  if (person === undefined) return undefined
  const { organizationId } = named
  assertShown(named, person.userId, [undefined, person.organizationId].includes(organizationId))
  return person
}

/** The same as a principal; undefined too where the cookie is of another kind of session. */
export async function findPortalPrincipal(
  ctx: Context,
  cookieHeader: string | undefined,
  named: Named,
  trace: RequestTrace,
): Promise<UserPrincipal | undefined> {
  const token = readPortalToken(ctx, cookieHeader)
  const person = token === undefined ? undefined : await findPortalPerson(ctx, token, named)
  if (person === undefined) return undefined
  const { userId: id, name, email, organizationId, role } = person
  return { type: 'user', id, name, email, organizationId, role, trace, isHandedOff: true }
}

/**
 * The part of the session that the portal shows. An origin that is no longer listed is no way back.
 */
export function toHandOff(ctx: Context, person: PortalPerson): HandOff {
  const { organizationId, organizationName, role, returnUrl, expiresAt } = person
  return {
    organization: { id: organizationId, name: organizationName },
    role,
    returnUrl: returnUrl !== null && isReturnUrl(ctx, returnUrl) ? returnUrl : null,
    expiresAt,
  }
}
