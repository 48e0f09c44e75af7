import type { AuditEventPage, ListAuditEventsQuery } from '@zentrix/shared/audit.ts'
import type { Context } from '../../context.ts'
import type { TenantPrincipal } from '../../principal.ts'
import { selectEvents } from './audit.store.ts'

/** One page of the organization's audit log, newest first. */
export function listEvents(
  ctx: Context,
  principal: TenantPrincipal,
  query: ListAuditEventsQuery,
): Promise<AuditEventPage> {
  return selectEvents(ctx.db, principal.organizationId, query)
}
