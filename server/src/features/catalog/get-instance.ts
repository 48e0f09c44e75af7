import type { Instance } from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { mayServe, type ServicePrincipal } from '../principals.ts'
import { findInstance } from './catalog.store.ts'

/** An instance, for a service that may know of it. @throws {NotFoundError} otherwise */
export async function getInstance(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
): Promise<Instance> {
  const instance = await findInstance(ctx.db, id)
  if (!instance || !mayServe(service, instance.organizationId))
    throw new NotFoundError('Instance not found')
  return instance
}
