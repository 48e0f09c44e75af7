import type { AuditAction } from '@zentrix/shared/schemas/audit.ts'
import type { Context } from '../context.ts'
import { makeId } from '../../crypto/ids.ts'
import { currentTraceparent } from '../../lib/tracing/trace-context.ts'
import type { Principal } from '../principals.ts'
import { appendEvents } from './append-events.ts'
import { findLastLink, type PendingEvent } from './audit.store.ts'

/** Who acted, and from where. */
export type Actor = Pick<Principal, 'type' | 'id' | 'name' | 'trace'>

export type NewEvent = {
  action: AuditAction
  organizationId: string | null
  keyId?: string
  /** Before and after of what changed, or what was set; never a secret. */
  changes?: Record<string, unknown>
}

/**
 * Records the event of a change. It is written at the very end of the change's transaction, so that
 * the log is locked for moments only, and after every other lock.
 *
 * @param tx in an open transaction; any other context throws
 */
export async function recordEvent(tx: Context, principal: Actor, event: NewEvent): Promise<void> {
  if (!tx.pendingEvents) throw new Error('an event is recorded in the transaction of its change')
  tx.concerned?.add(event.organizationId)
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
    traceparent: currentTraceparent() ?? null,
  } satisfies PendingEvent)
}

/**
 * Writes the events recorded so far, before the end of the transaction, so that many events need
 * little memory. Until the transaction ends, nobody else can record one.
 */
export async function flushEvents(tx: Context): Promise<void> {
  await appendEvents(tx, tx.pendingEvents?.splice(0) ?? [])
}

/**
 * The place of the organization's newest event in its log; 0 before the first. After `flushEvents`
 * it stays the newest until the transaction ends.
 */
export async function findLastSequence(tx: Context, organizationId: string): Promise<number> {
  return (await findLastLink(tx.db, organizationId))?.sequence ?? 0
}
