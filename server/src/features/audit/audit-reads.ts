import type { AuditEventPage, ListAuditEventsQuery } from '@zentrix/shared/schemas/audit.ts'
import type { Context } from '../context.ts'
import type { TenantPrincipal } from '../principals.ts'
import { findNewestMoment } from './audit.store.ts'
import { listEventsWithKeys } from './event-list.store.ts'

/** One page of the organization's audit log, newest first. */
export function listEvents(
  ctx: Context,
  principal: TenantPrincipal,
  { limit, ...filter }: ListAuditEventsQuery,
): Promise<AuditEventPage> {
  return ctx.database.browsing.read((db) =>
    listEventsWithKeys(db, principal.organizationId, filter, limit),
  )
}

/** When the newest event was recorded; undefined while there is none. */
export function findNewestEventAt({ committed }: Context): Promise<string | undefined> {
  return findNewestMoment(committed)
}
