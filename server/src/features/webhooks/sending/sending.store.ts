import { sql, type Updateable } from 'kysely'
import type { Db } from '../../../store/schema/database.ts'
import type { WebhookDeliveriesTable } from '../../../store/schema/webhooks.ts'

// Queries of the sender, for webhooks of every organization.

/** A message that waits, with what it takes to send it. */
export type Waiting = Awaited<ReturnType<typeof findFirstInLine>> & {}

function selectWaiting(db: Db) {
  return db
    .selectFrom('webhook_deliveries')
    .innerJoin('webhooks', 'webhooks.id', 'webhook_deliveries.webhook_id')
    .select([
      'webhook_deliveries.id',
      'webhook_deliveries.webhook_id',
      'webhook_deliveries.organization_id',
      'webhook_deliveries.event_id',
      'webhook_deliveries.type',
      'webhook_deliveries.kind',
      'webhook_deliveries.attempts',
      'webhook_deliveries.created_at',
      'webhook_deliveries.first_attempt_at',
      'webhook_deliveries.next_attempt_at',
      'webhooks.url',
      'webhooks.sealed_secret',
      'webhooks.old_sealed_secret',
      'webhooks.old_secret_until',
      'webhooks.failing_since',
    ])
    .where('webhook_deliveries.status', '=', 'pending')
}

/** The message whose turn it is at an enabled webhook. */
export async function findFirstInLine(db: Db, webhookId: string) {
  return selectWaiting(db)
    .where('webhook_deliveries.webhook_id', '=', webhookId)
    .where('webhook_deliveries.kind', '=', 'line')
    .where('webhooks.enabled', '=', 1)
    .orderBy('webhook_deliveries.sequence')
    .limit(1)
    .executeTakeFirst()
}

export async function findWaitingOnce(db: Db, id: string): Promise<Waiting | undefined> {
  return selectWaiting(db)
    .where('webhook_deliveries.id', '=', id)
    .where('webhook_deliveries.kind', '=', 'once')
    .executeTakeFirst()
}

/** The messages whose next attempt is due, those that wait longest first. */
export async function listDue(db: Db, now: string, limit: number) {
  return db
    .selectFrom('webhook_deliveries')
    .select(['id', 'webhook_id', 'kind'])
    .where('status', '=', 'pending')
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .limit(limit)
    .execute()
}

/** Where an enabled webhook is in the log, and what it wants of it. */
export async function findEnabled(db: Db, id: string) {
  return db
    .selectFrom('webhooks')
    .select(['organization_id', 'events', 'sequence'])
    .where('id', '=', id)
    .where('enabled', '=', 1)
    .executeTakeFirst()
}

/** Moves a webhook on in the log, unless it was moved or disabled meanwhile. @returns whether it did */
export async function moveOn(db: Db, id: string, from: number, to: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhooks')
    .set({ sequence: to })
    .where('id', '=', id)
    .where('enabled', '=', 1)
    .where('sequence', '=', from)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

export async function setFailingSince(db: Db, id: string, since: string | null): Promise<void> {
  await db.updateTable('webhooks').set({ failing_since: since }).where('id', '=', id).execute()
}

/** Writes what became of an attempt, unless somebody else did, or the message was called off. */
export async function endAttempt(
  db: Db,
  { id, attempts }: Pick<WebhookDeliveriesTable, 'id' | 'attempts'>,
  change: Updateable<WebhookDeliveriesTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhook_deliveries')
    .set({ ...change, attempts: attempts + 1 })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('status', '=', 'pending')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/**
 * Makes a node of a PostgreSQL deployment the one that sends, or lets it stay so, by the database's
 * clock. @returns whether it is
 */
export async function claimSending(db: Db, node: string, forMs: number): Promise<boolean> {
  const until = sql<string>`clock_timestamp() + ${forMs} * interval '1 millisecond'`
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('webhook_sender')
    .values({ id: 1, node, until })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ node, until })
        .where((eb) =>
          eb.or([
            eb('webhook_sender.node', '=', node),
            eb('webhook_sender.until', '<', sql<string>`clock_timestamp()`),
          ]),
        ),
    )
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Lets another node send at once. */
export async function releaseSending(db: Db, node: string): Promise<void> {
  await db.deleteFrom('webhook_sender').where('node', '=', node).execute()
}
