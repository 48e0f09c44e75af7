import { isDeliveryId, TEST_TYPE, type WebhookDelivery } from '@zentrix/shared/schemas/webhooks.ts'
import { makeId } from '../../crypto/ids.ts'
import { ConflictError, NotFoundError } from '../../lib/errors.ts'
import { present } from '../../lib/typed.ts'
import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import type { Context } from '../context.ts'
import { holdOrganization } from '../organizations/hold-organization.ts'
import type { TenantPrincipal } from '../principals.ts'
import {
  changeDelivery,
  countDeliveriesOnce,
  findDelivery,
  insertDeliveries,
} from './deliveries.store.ts'
import { getWebhook } from './webhook-reads.ts'

// More would let a caller send as many requests to a stranger as it likes.
const MAX_WAITING = 10

/**
 * Sends a test message, once, as soon as the sender comes to it; also to a disabled webhook.
 *
 * @throws {NotFoundError} also for another organization's webhook
 * @throws {ConflictError} when 10 messages that were asked for wait already
 */
export async function testWebhook(
  ctx: Context,
  principal: TenantPrincipal,
  webhookId: string,
): Promise<WebhookDelivery> {
  const { organizationId } = principal
  return inTransactionAtOnce(ctx, async (tx) => {
    await holdForSending(tx, principal, webhookId)
    const now = tx.now()
    const id = makeId('dlv', now)
    await insertDeliveries(tx.db, [
      {
        id,
        webhook_id: webhookId,
        organization_id: organizationId,
        event_id: makeId('evt', now),
        type: TEST_TYPE,
        kind: 'once',
        sequence: null,
        status: 'pending',
        attempts: 0,
        created_at: now,
        first_attempt_at: null,
        last_attempt_at: null,
        response_status: null,
        problem: null,
        next_attempt_at: now,
      },
    ])
    return present(await findDelivery(tx.db, organizationId, webhookId, id))
  })
}

/**
 * Sends the message of a delivery once more, beside those that wait for their turn. One that waits
 * itself keeps its turn, and is tried at once.
 *
 * @throws {NotFoundError} for an unknown webhook or delivery, and for those of others
 * @throws {ConflictError} when 10 messages that were asked for wait already
 */
export async function resendDelivery(
  ctx: Context,
  principal: TenantPrincipal,
  webhookId: string,
  id: string,
): Promise<WebhookDelivery> {
  const { organizationId } = principal
  return inTransactionAtOnce(ctx, async (tx) => {
    await holdForSending(tx, principal, webhookId)
    const find = () => findDelivery(tx.db, organizationId, webhookId, id)
    const delivery = isDeliveryId(id) ? await find() : undefined
    if (!delivery) throw new NotFoundError('Delivery not found')
    const isWaiting = delivery.status === 'pending'
    await changeDelivery(tx.db, id, delivery.attempts, {
      next_attempt_at: tx.now(),
      ...(!isWaiting && { status: 'pending', kind: 'once' }),
    })
    return present(await find())
  })
}

async function holdForSending(tx: Context, principal: TenantPrincipal, id: string): Promise<void> {
  await holdOrganization(tx, principal.organizationId)
  await getWebhook(tx.db, principal, id)
  if ((await countDeliveriesOnce(tx.db, principal.organizationId, id)) >= MAX_WAITING)
    throw new ConflictError(`${MAX_WAITING} messages wait already: wait until they are sent`)
}
