import {
  isWebhookId,
  type DeliveryPage,
  type ListWebhooksQuery,
  type Webhook,
  type WebhookPage,
} from '@zentrix/shared/schemas/webhooks.ts'
import { NotFoundError } from '../../lib/errors.ts'
import type { Db } from '../../store/schema/database.ts'
import type { Context } from '../context.ts'
import { listDeliveriesOf } from './deliveries.store.ts'
import { findWebhook, listWebhooksOf } from './webhooks.store.ts'

type Tenant = { organizationId: string }

/** One page of the organization's webhooks, newest first. */
export function listWebhooks(
  ctx: Context,
  { organizationId }: Tenant,
  query: ListWebhooksQuery,
): Promise<WebhookPage> {
  return ctx.database.browsing.read((db) => listWebhooksOf(db, organizationId, query))
}

/**
 * A webhook of the organization.
 *
 * @param db in a verb its transaction, which sees what it changed
 * @throws {NotFoundError} also for another organization's webhook
 */
export async function getWebhook(db: Db, { organizationId }: Tenant, id: string): Promise<Webhook> {
  // A text that cannot be an id never reaches the database: PostgreSQL would fail on a NUL.
  const webhook = isWebhookId(id) ? await findWebhook(db, organizationId, id) : undefined
  if (!webhook) throw new NotFoundError('Webhook not found')
  return webhook
}

/** One page of a webhook's deliveries, newest first. @throws {NotFoundError} */
export async function listDeliveries(
  ctx: Context,
  principal: Tenant,
  id: string,
  query: ListWebhooksQuery,
): Promise<DeliveryPage> {
  await getWebhook(ctx.committed, principal, id)
  return ctx.database.browsing.read((db) =>
    listDeliveriesOf(db, principal.organizationId, id, query),
  )
}
