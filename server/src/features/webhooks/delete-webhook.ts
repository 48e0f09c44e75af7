import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import { recordEvent } from '../audit/record-event.ts'
import type { Context } from '../context.ts'
import { holdOrganization } from '../organizations/hold-organization.ts'
import type { TenantPrincipal } from '../principals.ts'
import { getWebhook } from './webhook-reads.ts'
import { deleteWebhookRow } from './webhooks.store.ts'

/** Deletes a webhook and its deliveries. @throws {NotFoundError} also when it was deleted before */
export async function deleteWebhook(
  ctx: Context,
  principal: TenantPrincipal,
  id: string,
): Promise<void> {
  const { organizationId } = principal
  await inTransactionAtOnce(ctx, async (tx) => {
    await holdOrganization(tx, organizationId)
    const { url } = await getWebhook(tx.db, principal, id)
    await deleteWebhookRow(tx.db, organizationId, id)
    await recordEvent(tx, principal, {
      action: 'webhook.deleted',
      organizationId,
      changes: { webhookId: id, origin: new URL(url).origin },
    })
  })
}
