import type { EndPortalSessionsQuery } from '@zentrix/shared/schemas/people/portal-sessions.ts'
import { inTransactionAtOnce } from '../../audit/in-transaction.ts'
import { recordEvent } from '../../audit/record-event.ts'
import type { Context } from '../../context.ts'
import { getOrganization } from '../../organizations/get-organization.ts'
import type { ServicePrincipal } from '../../principals.ts'
import { deletePortalSessions } from './portal-sessions.store.ts'

/**
 * Ends all sessions and unused links of a person, from the next request on. Nothing to end is no
 * error.
 *
 * @throws {NotFoundError} for an organization that is unknown, or not the service's
 */
export async function endPortalSessions(
  ctx: Context,
  service: ServicePrincipal,
  { organizationId, externalId }: EndPortalSessionsQuery,
): Promise<void> {
  await getOrganization(ctx, service, organizationId)
  await inTransactionAtOnce(ctx, async (tx) => {
    const person = await deletePortalSessions(tx.db, organizationId, externalId)
    if (person === undefined) return
    await recordEvent(tx, service, {
      action: 'portal_session.ended',
      organizationId,
      changes: { userId: person.id, name: person.name },
    })
  })
}
