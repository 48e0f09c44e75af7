import type { Insertable, Updateable } from 'kysely'
import { DEFAULT_PAGE_SIZE } from '@zentrix/shared/schemas/pagination.ts'
import type {
  DeliveryPage,
  ListWebhooksQuery,
  WebhookDelivery,
} from '@zentrix/shared/schemas/webhooks.ts'
import { insertMany } from '../../store/insert-many.ts'
import { beforeCursor, readCursor, toPage } from '../../store/keyset.ts'
import type { Db } from '../../store/schema/database.ts'
import type { WebhookDeliveriesTable } from '../../store/schema/webhooks.ts'

const recordColumns = [
  'webhook_deliveries.id',
  'webhook_deliveries.event_id',
  'webhook_deliveries.type',
  'webhook_deliveries.created_at',
  'webhook_deliveries.status',
  'webhook_deliveries.attempts',
  'webhook_deliveries.last_attempt_at',
  'webhook_deliveries.response_status',
  'webhook_deliveries.problem',
  'webhook_deliveries.next_attempt_at',
] as const

type RecordRow = Pick<
  WebhookDeliveriesTable,
  | 'id'
  | 'event_id'
  | 'type'
  | 'created_at'
  | 'status'
  | 'attempts'
  | 'last_attempt_at'
  | 'response_status'
  | 'problem'
  | 'next_attempt_at'
>

function toDelivery(row: RecordRow): WebhookDelivery {
  return {
    id: row.id,
    eventId: row.event_id,
    type: row.type,
    createdAt: row.created_at,
    status: row.status,
    attempts: row.attempts,
    lastAttemptAt: row.last_attempt_at,
    responseStatus: row.response_status,
    problem: row.problem,
    nextAttemptAt: row.next_attempt_at,
  }
}

function ofWebhook(db: Db, organizationId: string, webhookId: string) {
  return db
    .selectFrom('webhook_deliveries')
    .where('organization_id', '=', organizationId)
    .where('webhook_id', '=', webhookId)
}

/** One page of a webhook's deliveries, newest first. */
export async function listDeliveriesOf(
  db: Db,
  organizationId: string,
  webhookId: string,
  { limit = DEFAULT_PAGE_SIZE, cursor }: ListWebhooksQuery,
): Promise<DeliveryPage> {
  let deliveries = ofWebhook(db, organizationId, webhookId).select(recordColumns)
  if (cursor !== undefined)
    deliveries = deliveries.where(
      beforeCursor('webhook_deliveries.created_at', 'webhook_deliveries.id', readCursor(cursor)),
    )
  const rows = await deliveries
    .orderBy('webhook_deliveries.created_at', 'desc')
    .orderBy('webhook_deliveries.id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toDelivery, (row) => ({ at: row.created_at, id: row.id }))
}

export async function findDelivery(
  db: Db,
  organizationId: string,
  webhookId: string,
  id: string,
): Promise<WebhookDelivery | undefined> {
  const row = await ofWebhook(db, organizationId, webhookId)
    .where('id', '=', id)
    .select(recordColumns)
    .executeTakeFirst()
  return row && toDelivery(row)
}

export async function countDeliveriesOnce(
  db: Db,
  organizationId: string,
  webhookId: string,
): Promise<number> {
  const { count } = await ofWebhook(db, organizationId, webhookId)
    .where('status', '=', 'pending')
    .where('kind', '=', 'once')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function insertDeliveries(
  db: Db,
  rows: Insertable<WebhookDeliveriesTable>[],
): Promise<void> {
  await insertMany(db, 'webhook_deliveries', rows, (part) =>
    db.insertInto('webhook_deliveries').values(part),
  )
}

/** Changes a delivery as long as it has been tried so often. @returns whether it did */
export async function changeDelivery(
  db: Db,
  id: string,
  attempts: number,
  change: Updateable<WebhookDeliveriesTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhook_deliveries')
    .set(change)
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Ends the messages that wait for their turn: they will not be sent. */
export async function failLine(db: Db, organizationId: string, webhookId: string): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ status: 'failed', next_attempt_at: null })
    .where('organization_id', '=', organizationId)
    .where('webhook_id', '=', webhookId)
    .where('kind', '=', 'line')
    .where('status', '=', 'pending')
    .execute()
}

/** Lets the line's first message be tried at once. */
export async function hurryLine(
  db: Db,
  organizationId: string,
  webhookId: string,
  now: string,
): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ next_attempt_at: now })
    .where('organization_id', '=', organizationId)
    .where('webhook_id', '=', webhookId)
    .where('kind', '=', 'line')
    .where('status', '=', 'pending')
    .where('next_attempt_at', 'is not', null)
    .execute()
}

/** Deletes some of the deliveries that ended before a moment. @returns how many */
export async function deleteEndedDeliveries(
  db: Db,
  before: string,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('webhook_deliveries')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('webhook_deliveries as old')
        .select('old.id')
        .where('old.created_at', '<', before)
        .where('old.status', '!=', 'pending')
        .orderBy('old.created_at')
        .limit(limit),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
