import {
  MAX_ORGANIZATION_WEBHOOKS,
  type AddWebhookInput,
  type WebhookWithSecret,
} from '@zentrix/shared/schemas/webhooks.ts'
import { makeId } from '../../crypto/ids.ts'
import { makeWebhookSecret } from '../../crypto/secret.ts'
import { ConflictError } from '../../lib/errors.ts'
import { findLastSequence, flushEvents, recordEvent } from '../audit/record-event.ts'
import type { Context } from '../context.ts'
import { once } from '../idempotency/once.ts'
import { holdOrganization } from '../organizations/hold-organization.ts'
import type { TenantPrincipal } from '../principals.ts'
import { readReceiverUrl } from './receiver-url.ts'
import { sealSecret } from './webhook-secret.ts'
import { countWebhooks, insertWebhook } from './webhooks.store.ts'
import { getWebhook } from './webhook-reads.ts'

/**
 * Adds a webhook, which begins with what happens from now on. Its secret is in the result; a retry
 * under the same Idempotency-Key gets it again.
 *
 * @throws {InvalidInputError} for a URL that no message may be sent to
 * @throws {ConflictError} when the organization has all it may have, or `IDEMPOTENCY_KEY_REUSED`
 */
export async function addWebhook(
  ctx: Context,
  principal: TenantPrincipal,
  input: AddWebhookInput,
  idempotencyKey: string | null,
): Promise<WebhookWithSecret> {
  const attempt = { call: 'POST /api/webhooks', idempotencyKey, input }
  return once(ctx, principal, attempt, async (tx) => {
    const { organizationId } = principal
    const url = readReceiverUrl(input.url, ctx.config)
    await holdOrganization(tx, organizationId)
    if ((await countWebhooks(tx.db, organizationId)) >= MAX_ORGANIZATION_WEBHOOKS)
      throw new ConflictError(
        `An organization may have at most ${MAX_ORGANIZATION_WEBHOOKS} webhooks; delete one first`,
      )
    const now = tx.now()
    const id = makeId('whk', now)
    const secret = makeWebhookSecret()
    const isEnabled = input.enabled ?? true
    await recordEvent(tx, principal, {
      action: 'webhook.created',
      organizationId,
      // Its path may be a secret of the receiver's, which not everybody who reads the log may know.
      changes: { webhookId: id, origin: new URL(url).origin, events: input.events },
    })
    // From here on no other event can come between, so none is missed, and this one is not sent.
    await flushEvents(tx)
    await insertWebhook(tx.db, {
      id,
      organization_id: organizationId,
      url,
      events: JSON.stringify(input.events),
      description: input.description ?? null,
      enabled: Number(isEnabled),
      disabled_reason: isEnabled ? null : 'owner',
      failing_since: null,
      sealed_secret: sealSecret(ctx, id, secret),
      old_sealed_secret: null,
      old_secret_until: null,
      sequence: await findLastSequence(tx, organizationId),
      created_at: now,
    })
    return { ...(await getWebhook(tx.db, principal, id)), secret }
  })
}
