import type { Context } from '../../context.ts'
import { sessionClock, type SignedIn } from '../identity/find-user-principal.ts'
import { findSession } from '../identity/find-session.store.ts'
import { findOrganizationOf } from '../identity/people.store.ts'
import { SessionError } from '../identity/session-error.ts'

/**
 * The routes for someone who has to set up a second factor first: ways to another place, or out.
 */
const stillOpen = [
  'organization/list',
  'organization/set-active',
  'organization/get-active-member',
  'organization/get-active-member-role',
  'organization/has-permission',
  'organization/leave',
  'organization/list-user-invitations',
  'organization/accept-invitation',
  'organization/get-invitation',
  'organization/reject-invitation',
]

/**
 * Refuses what is asked about an organization that requires a second factor, if the person has none.
 *
 * @param path the endpoint behind the mount
 * @param given its input, which may name another organization than the page's
 * @throws {SessionError} 403
 */
export async function assertSecondFactor(
  ctx: Context,
  person: SignedIn,
  path: string,
  given: unknown,
): Promise<void> {
  if (stillOpen.includes(path)) return
  const { organizationId: id, organizationSlug: slug } = namesIn(given)
  if (id === undefined && slug === undefined) return refuseIf(person.secondFactor === 'missing')
  const named = await findOrganizationOf(ctx.committed, person.userId, { id, slug })
  if (named === undefined) return // the endpoint itself answers 404
  const there = await findSession(ctx.committed, person.token, sessionClock(), named)
  refuseIf(there?.secondFactor === 'missing')
}

function refuseIf(isMissing: boolean): void {
  if (isMissing)
    throw new SessionError(
      403,
      'SECOND_FACTOR_REQUIRED',
      'Your organization asks for two-step sign-in: turn it on first',
    )
}

function namesIn(given: unknown): { organizationId?: string; organizationSlug?: string } {
  const names: { organizationId?: string; organizationSlug?: string } = {}
  if (typeof given !== 'object' || given === null) return names
  for (const [name, value] of Object.entries(given))
    if (name === 'organizationId' || name === 'organizationSlug')
      if (typeof value === 'string' && value !== '' && !value.includes('\0')) names[name] = value
  return names
}
