import { HOUR_MS } from '@zentrix/shared/moment.ts'
import type { WebhookWithSecret } from '@zentrix/shared/schemas/webhooks.ts'
import { makeWebhookSecret } from '../../crypto/secret.ts'
import { present } from '../../lib/typed.ts'
import { recordEvent } from '../audit/record-event.ts'
import type { Context } from '../context.ts'
import { once } from '../idempotency/once.ts'
import { holdOrganization } from '../organizations/hold-organization.ts'
import type { TenantPrincipal } from '../principals.ts'
import { getWebhook } from './webhook-reads.ts'
import { sealSecret } from './webhook-secret.ts'
import { changeWebhook, selectSealedSecret } from './webhooks.store.ts'

const OVERLAP_MS = 24 * HOUR_MS

/**
 * Replaces the secret of a webhook. For 24 hours the one before signs along; a secret that was
 * replaced earlier does not.
 *
 * @throws {NotFoundError} also for another organization's webhook
 * @throws {ConflictError} `IDEMPOTENCY_KEY_REUSED`
 */
export async function rotateWebhookSecret(
  ctx: Context,
  principal: TenantPrincipal,
  id: string,
  idempotencyKey: string | null,
): Promise<WebhookWithSecret> {
  const { organizationId } = principal
  const attempt = { call: `POST /api/webhooks/${id}/rotate-secret`, idempotencyKey, input: {} }
  return once(ctx, principal, attempt, async (tx) => {
    await holdOrganization(tx, organizationId)
    const { url } = await getWebhook(tx.db, principal, id)
    const secret = makeWebhookSecret()
    await changeWebhook(tx.db, organizationId, id, {
      old_sealed_secret: present(await selectSealedSecret(tx.db, organizationId, id)),
      old_secret_until: new Date(tx.nowMs() + OVERLAP_MS).toISOString(),
      sealed_secret: sealSecret(ctx, id, secret),
    })
    await recordEvent(tx, principal, {
      action: 'webhook.secret_rotated',
      organizationId,
      changes: { webhookId: id, origin: new URL(url).origin },
    })
    return { ...(await getWebhook(tx.db, principal, id)), secret }
  })
}
