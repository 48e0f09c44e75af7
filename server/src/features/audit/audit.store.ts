import type { Db } from '../../store/schema/database.ts'
import { insertMany } from '../../store/insert-many.ts'
import type { AuditEventsTable } from '../../store/schema/audit.ts'
import type { Head } from './chain.ts'

export const eventColumns = [
  'audit_events.id',
  'audit_events.organization_id',
  'audit_events.action',
  'audit_events.key_id',
  'audit_events.actor_type',
  'audit_events.actor_id',
  'audit_events.actor_name',
  'audit_events.at',
  'audit_events.ip',
  'audit_events.user_agent',
  'audit_events.request_id',
  'audit_events.changes',
] as const

export const placeColumns = [
  'audit_events.position',
  'audit_events.sequence',
  'audit_events.link',
] as const

/** Takes the next positions of the log, and locks it until the transaction ends. @returns the head before */
export async function takePositions(db: Db, count: number): Promise<Head> {
  const head = await db
    .updateTable('audit_head')
    .set((eb) => ({ position: eb('position', '+', count) }))
    .where('id', '=', 1)
    .returning(['position', 'link'])
    .executeTakeFirstOrThrow()
  return { ...head, position: head.position - count }
}

export async function setHeadLink(db: Db, link: Buffer): Promise<void> {
  await db.updateTable('audit_head').set({ link }).where('id', '=', 1).execute()
}

/** Where the log ends; undefined when somebody deleted the row. */
export async function findHead(db: Db): Promise<Head | undefined> {
  return db
    .selectFrom('audit_head')
    .select(['position', 'link'])
    .where('id', '=', 1)
    .executeTakeFirst()
}

/** The place and link of an organization's newest event. */
export async function findLastLink(
  db: Db,
  organizationId: string,
): Promise<{ sequence: number; link: Buffer } | undefined> {
  return db
    .selectFrom('audit_events')
    .select(['sequence', 'link'])
    .where('organization_id', '=', organizationId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** An event that has no place in the log yet. */
export type PendingEvent = Omit<AuditEventsTable, 'position' | 'sequence' | 'link'>

export async function insertEvents(db: Db, rows: AuditEventsTable[]): Promise<void> {
  await insertMany(db, 'audit_events', rows, (part) => db.insertInto('audit_events').values(part))
}

export type LinkedEvent = Omit<AuditEventsTable, 'traceparent'> & {
  /** The link of the organization's event before this one; null when that event is missing. */
  previous_link: Buffer | null
}

/** Events in the order of the log. @param after a position; null begins with the first event */
export async function scanEvents(
  db: Db,
  after: number | null,
  upTo: number,
  limit: number,
): Promise<LinkedEvent[]> {
  let events = db
    .selectFrom('audit_events')
    .select([...eventColumns, ...placeColumns])
    // Not a join: with one, a database may choose to read the whole log for every batch.
    .select((eb) =>
      eb
        .selectFrom('audit_events as previous')
        .select('previous.link')
        .whereRef('previous.organization_id', '=', 'audit_events.organization_id')
        .where('previous.sequence', '=', (inner) => inner('audit_events.sequence', '-', 1))
        .as('previous_link'),
    )
    .where('audit_events.position', '<=', upTo)
  if (after !== null) events = events.where('audit_events.position', '>', after)
  return events.orderBy('audit_events.position').limit(limit).execute()
}

/** An event after the head of the log: the service never writes one. */
export async function findEventBeyondHead(db: Db) {
  return db
    .selectFrom('audit_events')
    .select(['organization_id', 'sequence', 'id', 'position'])
    .where('position', '>', (eb) =>
      eb.selectFrom('audit_head').select('audit_head.position').where('audit_head.id', '=', 1),
    )
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
}

/** The organizations that have events at positions after one and up to another. */
export async function selectOrganizationsBetween(
  db: Db,
  after: number,
  upTo: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('audit_events')
    .select('organization_id')
    .distinct()
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .execute()
  return rows.map((row) => row.organization_id)
}

/** Which events follow a place in an organization's log, in order. */
export async function selectEventsAfter(
  db: Db,
  organizationId: string,
  sequence: number,
  limit: number,
): Promise<Pick<AuditEventsTable, 'id' | 'action' | 'sequence'>[]> {
  return db
    .selectFrom('audit_events')
    .select(['id', 'action', 'sequence'])
    .where('organization_id', '=', organizationId)
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(limit)
    .execute()
}

/** Where an event stands in its organization's log. */
export async function findSequence(
  db: Db,
  organizationId: string,
  id: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('audit_events')
    .select('sequence')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.sequence
}

/** When the newest event was recorded, by the clock of the process that recorded it. */
export async function findNewestMoment(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('audit_events')
    .select('at')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at
}
