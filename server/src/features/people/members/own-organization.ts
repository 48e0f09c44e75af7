import type { Context } from '../../context.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { findOrganizationOf } from '../identity/people.store.ts'
import { SessionError } from '../identity/session-error.ts'

/**
 * Input in which an organization is named by its id alone, and is one of the person's own.
 * better-auth is never asked about another: it would tell that there is one, and would forget
 * which organization was active.
 *
 * @throws {SessionError} 404, the same for an unknown one
 */
export async function inOwnOrganization(
  ctx: Context,
  { userId }: SignedIn,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { organizationId, organizationSlug, ...rest } = input
  const id = named(organizationId)
  const slug = named(organizationSlug)
  if (id === undefined && slug === undefined) return input
  const ownId = await findOrganizationOf(ctx.committed, userId, { id, slug })
  if (ownId === undefined) throw organizationNotFound()
  return { ...rest, organizationId: ownId }
}

// An empty name is none, as better-auth reads it too.
function named(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function organizationNotFound(): SessionError {
  return new SessionError(404, 'ORGANIZATION_NOT_FOUND', 'Organization not found')
}
