import type * as z from 'zod'
import type { Context } from '../../context.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { findOrganizationOf } from '../identity/people.store.ts'
import type { Named } from '../../principals.ts'
import { SessionError } from '../identity/session-error.ts'

/**
 * Checks the organization that the input names, and names it by its id only. better-auth never sees
 * a foreign one: it would reveal that the organization exists, and would change the active one.
 *
 * @throws {SessionError} 404 for an unknown organization, and for one that the person is not in
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

/**
 * Names the organization that the page shows where the input names none: better-auth would take
 * the session's active one.
 */
export function inShownOrganization(
  { organizationId }: Named,
  path: string,
  schema: z.ZodObject,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const isNamed = named(input['organizationId']) ?? named(input['organizationSlug'])
  const takesName = 'organizationId' in schema.shape && path !== 'organization/set-active'
  if (organizationId === undefined || isNamed !== undefined || !takesName) return input
  return { ...input, organizationId }
}

// An empty name counts as absent, as in better-auth.
function named(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function organizationNotFound(): SessionError {
  return new SessionError(404, 'ORGANIZATION_NOT_FOUND', 'Organization not found')
}
