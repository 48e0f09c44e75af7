import type { Organization, PutOrganizationInput } from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { mayServe, type ServicePrincipal } from '../principals.ts'
import { upsertOrganization } from './organizations.store.ts'

/** Makes or changes an organization. @throws {NotFoundError} for one outside the token's limits */
export async function putOrganization(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
  input: PutOrganizationInput,
): Promise<Organization> {
  if (!mayServe(service, id)) throw new NotFoundError('Organization not found')
  return upsertOrganization(ctx.db, id, input, ctx.now())
}
