import type { AuditEvent, ListAuditEventsQuery, AuditEventPage } from '@zentrix/shared/audit.ts'
import { DEFAULT_PAGE_SIZE } from '@zentrix/shared/pagination.ts'
import type { Db } from '../../store/database.ts'
import { beforeCursor, readCursor, toPage } from '../../store/keyset.ts'
import type { AuditEventsTable } from './audit.table.ts'

const eventColumns = [
  'id',
  'action',
  'key_id',
  'actor_type',
  'actor_id',
  'actor_name',
  'at',
  'ip',
  'user_agent',
  'request_id',
  'changes',
] as const

type EventRow = Pick<AuditEventsTable, (typeof eventColumns)[number]>

function toAuditEvent(row: EventRow): AuditEvent {
  return {
    id: row.id,
    action: row.action,
    keyId: row.key_id,
    actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
    at: row.at,
    ip: row.ip,
    userAgent: row.user_agent,
    requestId: row.request_id,
    changes: JSON.parse(row.changes) as AuditEvent['changes'],
  }
}

export async function insertEvent(db: Db, row: AuditEventsTable): Promise<void> {
  await db.insertInto('audit_events').values(row).execute()
}

export async function selectEvents(
  db: Db,
  organizationId: string,
  query: ListAuditEventsQuery,
): Promise<AuditEventPage> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE
  let events = db
    .selectFrom('audit_events')
    .select(eventColumns)
    .where('organization_id', '=', organizationId)
  if (query.keyId !== undefined) events = events.where('key_id', '=', query.keyId)
  if (query.action !== undefined) events = events.where('action', '=', query.action)
  if (query.actorId !== undefined) events = events.where('actor_id', '=', query.actorId)
  if (query.cursor !== undefined)
    events = events.where(beforeCursor('at', 'id', readCursor(query.cursor)))
  const rows = await events
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toAuditEvent, (row) => ({ at: row.at, id: row.id }))
}
