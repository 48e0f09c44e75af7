import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { BYTE_ORDER_MARK, toCsvLine } from '../../lib/csv.ts'

const columns: Record<string, (event: AuditEvent) => string | null> = {
  at: ({ at }) => at,
  action: ({ action }) => action,
  actorType: ({ actor }) => actor.type,
  actorId: ({ actor }) => actor.id,
  actorName: ({ actor }) => actor.name,
  keyId: ({ keyId }) => keyId,
  keyLabel: ({ key }) => key?.label ?? null,
  keyMasked: ({ key }) => key?.masked ?? null,
  changes: ({ changes }) => JSON.stringify(changes),
  ip: ({ ip }) => ip,
  userAgent: ({ userAgent }) => userAgent,
  requestId: ({ requestId }) => requestId,
  id: ({ id }) => id,
}

/** The first line of the file: the names of the columns. */
export const headerLine = BYTE_ORDER_MARK + toCsvLine(Object.keys(columns))

/** One event as a line of the file. */
export function eventLine(event: AuditEvent): string {
  return toCsvLine(Object.values(columns).map((valueOf) => valueOf(event)))
}
