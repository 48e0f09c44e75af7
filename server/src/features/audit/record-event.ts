import type { AuditAction } from '@zentrix/shared/audit.ts'
import type { Context } from '../../context.ts'
import { makeId } from '../../crypto/ids.ts'
import type { Principal } from '../../principal.ts'
import { insertEvent } from './audit.store.ts'

/** Who did it, and from where. */
export type Actor = Pick<Principal, 'type' | 'id' | 'name' | 'trace'>

export type NewEvent = {
  action: AuditAction
  organizationId: string | null
  keyId?: string
  /** Before and after of what changed, or what was set; never a secret. */
  changes?: Record<string, unknown>
}

/** Writes one audit event; called in the transaction of the change that it tells of. */
export async function recordEvent(tx: Context, principal: Actor, event: NewEvent): Promise<void> {
  const at = tx.now()
  await insertEvent(tx.db, {
    id: makeId('evt', at),
    organization_id: event.organizationId,
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
  })
}
