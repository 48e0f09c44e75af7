import type { AuditEventPage, ListAuditEventsQuery } from '@zentrix/shared/schemas/audit.ts'
import type { Context } from '../context.ts'
import type { TenantPrincipal } from '../principals.ts'
import { findLastLink, findNewestMoment } from './audit.store.ts'
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

/**
 * Names the state of the organization's audit log: files of the same events are alike while it
 * stays, since a key's new label is an event too.
 */
export async function findFileState(ctx: Context, principal: TenantPrincipal): Promise<string> {
  const last = await ctx.database.browsing.read((db) => findLastLink(db, principal.organizationId))
  return last?.link.toString('base64url') ?? principal.organizationId
}

/** When the newest event was recorded; undefined while there is none. */
export function findNewestEventAt({ committed }: Context): Promise<string | undefined> {
  return findNewestMoment(committed)
}
