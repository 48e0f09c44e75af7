import type {
  AuditEvent,
  AuditEventPage,
  ListAuditEventsQuery,
} from '@zentrix/shared/schemas/audit.ts'
import { maskKey } from '@zentrix/shared/keys/key-format.ts'
import { DEFAULT_PAGE_SIZE } from '@zentrix/shared/schemas/pagination.ts'
import type { Db } from '../../store/schema/database.ts'
import { beforeCursor, readCursor, toPage } from '../../store/keyset.ts'
import { eventColumns } from './audit.store.ts'
import type { AuditEventsTable } from '../../store/schema/audit.ts'
import { readObject } from '../../lib/reading/read-values.ts'

type EventRow = Omit<AuditEventsTable, 'position' | 'sequence' | 'link' | 'traceparent'> & {
  key_label: string | null
  key_last4: string | null
}

function toAuditEvent(row: EventRow): AuditEvent {
  return {
    id: row.id,
    action: row.action,
    keyId: row.key_id,
    key: toKey(row),
    actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
    at: row.at,
    ip: row.ip,
    userAgent: row.user_agent,
    requestId: row.request_id,
    changes: readObject(row.changes, 'audit_events.changes'),
  }
}

function toKey({ key_label: label, key_last4: last4 }: EventRow): AuditEvent['key'] {
  return label === null || last4 === null ? null : { label, masked: maskKey(last4) }
}

function selectEventsWithKeys(db: Db, organizationId: string) {
  return (
    db
      .selectFrom('audit_events')
      .select(eventColumns)
      // Not a join: with one, PostgreSQL may choose to read all keys for every page.
      .select((eb) => {
        const key = eb
          .selectFrom('api_keys')
          .whereRef('api_keys.id', '=', 'audit_events.key_id')
          .whereRef('api_keys.organization_id', '=', 'audit_events.organization_id')
        return [
          key.select('api_keys.label').as('key_label'),
          key.select('api_keys.last4').as('key_last4'),
        ]
      })
      .where('audit_events.organization_id', '=', organizationId)
  )
}

/** One event of the organization, with its key as it is now. */
export async function findEventWithKey(
  db: Db,
  organizationId: string,
  id: string,
): Promise<AuditEvent | undefined> {
  const row = await selectEventsWithKeys(db, organizationId)
    .where('audit_events.id', '=', id)
    .executeTakeFirst()
  return row && toAuditEvent(row)
}

/** The trace of the request that made an event. */
export async function findTrace(
  db: Db,
  organizationId: string,
  id: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('audit_events')
    .select('traceparent')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.traceparent ?? undefined
}

export type EventFilter = Omit<ListAuditEventsQuery, 'format' | 'limit'>

/** One page of the organization's events, newest first, each with its key as it is now. */
export async function listEventsWithKeys(
  db: Db,
  organizationId: string,
  filter: EventFilter,
  limit = DEFAULT_PAGE_SIZE,
): Promise<AuditEventPage> {
  let events = selectEventsWithKeys(db, organizationId)
  const { keyId, action, actorId, from, to, cursor } = filter
  if (keyId !== undefined) events = events.where('audit_events.key_id', '=', keyId)
  if (action !== undefined) events = events.where('audit_events.action', '=', action)
  if (actorId !== undefined) events = events.where('audit_events.actor_id', '=', actorId)
  if (from !== undefined) events = events.where('audit_events.at', '>=', from)
  if (to !== undefined) events = events.where('audit_events.at', '<', to)
  if (cursor !== undefined)
    events = events.where(beforeCursor('audit_events.at', 'audit_events.id', readCursor(cursor)))
  const rows = await events
    .orderBy('audit_events.at', 'desc')
    .orderBy('audit_events.id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toAuditEvent, (row) => ({ at: row.at, id: row.id }))
}
