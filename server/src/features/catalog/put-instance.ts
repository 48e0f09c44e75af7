import type { Instance, PutInstanceInput } from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../context.ts'
import { invalidField, NotFoundError } from '../../lib/errors.ts'
import { mayServe, type ServicePrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { findOrganization } from '../organizations/get-organization.ts'
import { findAgent, findInstance, upsertInstance } from './catalog.store.ts'

/**
 * Makes or changes an organization's own instance of an agent.
 *
 * @throws {InvalidInputError} for an agent that the organization cannot use
 * @throws {NotFoundError} for an unknown organization, and for an instance or organization outside
 *   the token's limits
 */
export async function putInstance(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
  input: PutInstanceInput,
): Promise<Instance> {
  return inTransaction(ctx, async (tx) => {
    const before = await findInstance(tx.db, id)
    if (before && !mayServe(service, before.organizationId))
      throw new NotFoundError('Instance not found')
    const { organizationId, agentId } = input
    const isThere =
      mayServe(service, organizationId) && (await findOrganization(tx, organizationId))
    if (!isThere) throw new NotFoundError('Organization not found')
    const agent = await findAgent(tx.db, agentId)
    if (!agent || (agent.organizationId !== null && agent.organizationId !== organizationId))
      throw invalidField('agentId', 'Must be an agent that this organization can use')
    return upsertInstance(tx.db, id, input, tx.now())
  })
}
