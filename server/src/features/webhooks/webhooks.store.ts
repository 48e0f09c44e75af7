import type { Insertable, Updateable } from 'kysely'
import { DEFAULT_PAGE_SIZE } from '@zentrix/shared/schemas/pagination.ts'
import {
  disabledReasons,
  type ListWebhooksQuery,
  type Webhook,
  type WebhookPage,
} from '@zentrix/shared/schemas/webhooks.ts'
import {
  readFlag,
  readMoment,
  readOneOf,
  readText,
  readTexts,
} from '../../lib/reading/read-values.ts'
import { beforeCursor, readCursor, toPage } from '../../store/keyset.ts'
import type { Db } from '../../store/schema/database.ts'
import type { WebhooksTable } from '../../store/schema/webhooks.ts'

export const webhookColumns = [
  'webhooks.id',
  'webhooks.organization_id',
  'webhooks.url',
  'webhooks.events',
  'webhooks.description',
  'webhooks.enabled',
  'webhooks.disabled_reason',
  'webhooks.failing_since',
  'webhooks.old_secret_until',
  'webhooks.created_at',
] as const

type WebhookRow = Pick<
  WebhooksTable,
  | 'id'
  | 'organization_id'
  | 'url'
  | 'events'
  | 'description'
  | 'enabled'
  | 'disabled_reason'
  | 'failing_since'
  | 'old_secret_until'
  | 'created_at'
>

function toWebhook(row: WebhookRow): Webhook {
  const reason = row.disabled_reason
  return {
    id: row.id,
    organizationId: row.organization_id,
    url: readText(row.url, 'webhooks.url'),
    events: readTexts(row.events, 'webhooks.events'),
    description: row.description,
    enabled: readFlag(row.enabled, 'webhooks.enabled'),
    disabledReason:
      reason === null ? null : readOneOf(reason, disabledReasons, 'webhooks.disabled_reason'),
    failingSince: readMoment(row.failing_since, 'webhooks.failing_since'),
    oldSecretUntil: readMoment(row.old_secret_until, 'webhooks.old_secret_until'),
    createdAt: row.created_at,
  }
}

function ofOrganization(db: Db, organizationId: string) {
  return db.selectFrom('webhooks').where('organization_id', '=', organizationId)
}

/** One page of the organization's webhooks, newest first. */
export async function listWebhooksOf(
  db: Db,
  organizationId: string,
  { limit = DEFAULT_PAGE_SIZE, cursor }: ListWebhooksQuery,
): Promise<WebhookPage> {
  let webhooks = ofOrganization(db, organizationId).select(webhookColumns)
  if (cursor !== undefined)
    webhooks = webhooks.where(
      beforeCursor('webhooks.created_at', 'webhooks.id', readCursor(cursor)),
    )
  const rows = await webhooks
    .orderBy('webhooks.created_at', 'desc')
    .orderBy('webhooks.id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toWebhook, (row) => ({ at: row.created_at, id: row.id }))
}

export async function findWebhook(
  db: Db,
  organizationId: string,
  id: string,
): Promise<Webhook | undefined> {
  const row = await ofOrganization(db, organizationId)
    .where('id', '=', id)
    .select(webhookColumns)
    .executeTakeFirst()
  return row && toWebhook(row)
}

export async function countWebhooks(db: Db, organizationId: string): Promise<number> {
  const { count } = await ofOrganization(db, organizationId)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function insertWebhook(db: Db, row: Insertable<WebhooksTable>): Promise<void> {
  await db.insertInto('webhooks').values(row).execute()
}

export type WebhookChange = Updateable<WebhooksTable>

/** Changes a webhook. @returns whether it is there */
export async function changeWebhook(
  db: Db,
  organizationId: string,
  id: string,
  change: WebhookChange,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhooks')
    .set(change)
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** The same for one that is enabled, so that of two changes at once one disables it. */
export async function disableEnabledWebhook(
  db: Db,
  organizationId: string,
  id: string,
  reason: (typeof disabledReasons)[number],
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhooks')
    .set({ enabled: 0, disabled_reason: reason })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('enabled', '=', 1)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Deletes a webhook and its deliveries. */
export async function deleteWebhookRow(db: Db, organizationId: string, id: string): Promise<void> {
  await db
    .deleteFrom('webhooks')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
}

export async function selectSealedSecret(
  db: Db,
  organizationId: string,
  id: string,
): Promise<Buffer | undefined> {
  const row = await ofOrganization(db, organizationId)
    .where('id', '=', id)
    .select('sealed_secret')
    .executeTakeFirst()
  return row?.sealed_secret
}

/** The ids of enabled webhooks of any organization, in order: one page, for who sends. */
export async function listEnabledIds(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('webhooks')
    .select('id')
    .where('enabled', '=', 1)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

export async function listEnabledIdsOf(db: Db, organizationIds: string[]): Promise<string[]> {
  if (organizationIds.length === 0) return []
  const rows = await db
    .selectFrom('webhooks')
    .select('id')
    .where('organization_id', 'in', organizationIds)
    .where('enabled', '=', 1)
    .execute()
  return rows.map(({ id }) => id)
}
