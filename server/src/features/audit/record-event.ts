import type { AuditAction } from '@zentrix/shared/schemas/audit.ts'
import type { Context } from '../context.ts'
import { makeId } from '../../crypto/ids.ts'
import type { Principal } from '../principals.ts'
import { appendEvents } from './append-events.ts'
import type { PendingEvent } from './pending-event.ts'

/** Who did it, and from where. */
export type Actor = Pick<Principal, 'type' | 'id' | 'name' | 'trace'>

export type NewEvent = {
  action: AuditAction
  organizationId: string | null
  keyId?: string
  /** Before and after of what changed, or what was set; never a secret. */
  changes?: Record<string, unknown>
}

/**
 * Records an event. It is written as the last thing in the transaction of what it tells of, so
 * that the log is held for moments only, and after everything else that a transaction may hold.
 *
 * @param tx in an open transaction; anywhere else it throws
 */
export async function recordEvent(tx: Context, principal: Actor, event: NewEvent): Promise<void> {
  if (!tx.pendingEvents) throw new Error('an event is recorded in the transaction of its change')
  const at = tx.now()
  tx.pendingEvents.push({
    id: makeId('evt', at),
    organization_id: event.organizationId ?? '',
    action: event.action,
    key_id: event.keyId ?? null,
    actor_type: principal.type,
    actor_id: principal.id,
    actor_name: principal.name,
    at,
    ip: principal.trace.ip,
    user_agent: principal.trace.userAgent,
    request_id: principal.trace.requestId,
    changes: JSON.stringify(event.changes ?? {}),
  } satisfies PendingEvent)
}

/**
 * Writes the events recorded so far, before the end of the transaction, so that many of them need
 * little memory. From here on nobody else can record one until it ends.
 */
export async function flushEvents(tx: Context): Promise<void> {
  await appendEvents(tx, tx.pendingEvents?.splice(0) ?? [])
}
