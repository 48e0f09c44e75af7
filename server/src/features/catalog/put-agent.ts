import type { Agent, PutAgentInput } from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../context.ts'
import { ForbiddenError, NotFoundError } from '../../lib/errors.ts'
import { mayServe, type ServicePrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { findOrganization } from '../organizations/get-organization.ts'
import { findAgent, upsertAgent } from './catalog.store.ts'

/**
 * Makes or changes an agent.
 *
 * @throws {ForbiddenError} when a limited token would make an agent for every organization
 * @throws {NotFoundError} for an unknown organization, and for an agent or organization outside the
 *   token's limits
 */
export async function putAgent(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
  input: PutAgentInput,
): Promise<Agent> {
  return inTransaction(ctx, async (tx) => {
    const before = await findAgent(tx.db, id)
    if (before) assertMayChangeAgent(service, before)
    const organizationId = input.organizationId ?? null
    if (organizationId === null && service.organizationIds !== null)
      throw new ForbiddenError('This service token is limited to certain organizations')
    if (organizationId !== null) {
      const isThere =
        mayServe(service, organizationId) && (await findOrganization(tx, organizationId))
      if (!isThere) throw new NotFoundError('Organization not found')
    }
    return upsertAgent(tx.db, id, input, tx.now())
  })
}

/** A limited service changes only agents of its organizations. */
export function assertMayChangeAgent(service: ServicePrincipal, agent: Agent): void {
  if (service.organizationIds === null) return
  if (agent.organizationId === null)
    throw new ForbiddenError('This service token is limited to certain organizations')
  if (!mayServe(service, agent.organizationId)) throw new NotFoundError('Agent not found')
}
