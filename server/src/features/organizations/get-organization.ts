import type { Organization } from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { mayServe, type ServicePrincipal } from '../principals.ts'
import { findOrganization as selectOrganization } from './organizations.store.ts'

/** An organization, for verbs that have checked the caller's right to it. */
export function findOrganization(ctx: Context, id: string): Promise<Organization | undefined> {
  return selectOrganization(ctx.db, id)
}

/** An organization, for a service that may know of it. @throws {NotFoundError} otherwise */
export async function getOrganization(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
): Promise<Organization> {
  const organization = mayServe(service, id) ? await selectOrganization(ctx.db, id) : undefined
  if (!organization) throw new NotFoundError('Organization not found')
  return organization
}
