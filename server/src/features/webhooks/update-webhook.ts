import { isDeepStrictEqual } from 'node:util'
import type { UpdateWebhookInput, Webhook } from '@zentrix/shared/schemas/webhooks.ts'
import { invalidField } from '../../lib/errors.ts'
import { findSequenceOf } from '../audit/audit-reads.ts'
import { inTransactionAtOnce } from '../audit/in-transaction.ts'
import { findLastSequence, flushEvents, recordEvent } from '../audit/record-event.ts'
import type { Context } from '../context.ts'
import { holdOrganization } from '../organizations/hold-organization.ts'
import type { TenantPrincipal } from '../principals.ts'
import { failLine, hurryLine } from './deliveries.store.ts'
import { readReceiverUrl } from './receiver-url.ts'
import { getWebhook } from './webhook-reads.ts'
import { changeWebhook, type WebhookChange } from './webhooks.store.ts'

/**
 * Changes a webhook: an absent field is kept, null clears. One that is enabled again begins with
 * what happens from then on, or after the event `resumeFrom`. Disabled, its waiting messages fail.
 *
 * @throws {NotFoundError} also for another organization's webhook
 * @throws {InvalidInputError} for a URL that no message may be sent to, and for a `resumeFrom` that
 *   is no event of the organization or comes without `enabled: true`
 */
export async function updateWebhook(
  ctx: Context,
  principal: TenantPrincipal,
  id: string,
  input: UpdateWebhookInput,
): Promise<Webhook> {
  const { organizationId } = principal
  return inTransactionAtOnce(ctx, async (tx) => {
    await holdOrganization(tx, organizationId)
    const before = await getWebhook(tx.db, principal, id)
    const resumed = await sequenceOf(tx, principal, input)
    const url = input.url === undefined ? before.url : readReceiverUrl(input.url, ctx.config)
    const change: WebhookChange = { url }
    if (input.events !== undefined) change.events = JSON.stringify(input.events)
    if (input.description !== undefined) change.description = input.description
    const isEnabling = input.enabled === true && !before.enabled
    if (input.enabled !== undefined && input.enabled !== before.enabled) {
      change.enabled = Number(input.enabled)
      change.disabled_reason = input.enabled ? null : 'owner'
      change.failing_since = null
    }
    await changeWebhook(tx.db, organizationId, id, change)
    const after = await getWebhook(tx.db, principal, id)
    const changes = changesBetween(before, after)
    if (Object.keys(changes).length > 0 || resumed !== undefined)
      await recordEvent(tx, principal, {
        action: before.enabled && !after.enabled ? 'webhook.disabled' : 'webhook.updated',
        organizationId,
        changes: { webhookId: id, ...changes },
      })
    if (isEnabling || resumed !== undefined || !after.enabled)
      await failLine(tx.db, organizationId, id)
    else await hurryLine(tx.db, organizationId, id, tx.now())
    if (isEnabling || resumed !== undefined) {
      await flushEvents(tx) // so that it does not begin with its own event
      const sequence = resumed ?? (await findLastSequence(tx, organizationId))
      await changeWebhook(tx.db, organizationId, id, { sequence })
    }
    return after
  })
}

async function sequenceOf(
  tx: Context,
  { organizationId }: TenantPrincipal,
  { enabled, resumeFrom }: UpdateWebhookInput,
): Promise<number | undefined> {
  if (resumeFrom === undefined) return undefined
  if (enabled !== true) throw invalidField('resumeFrom', 'Must come with enabled: true')
  const sequence = await findSequenceOf(tx, organizationId, resumeFrom)
  if (sequence === undefined) throw invalidField('resumeFrom', 'Must be the id of an audit event')
  return sequence
}

function changesBetween(before: Webhook, after: Webhook): Record<string, unknown> {
  const names = ['events', 'description', 'enabled'] as const
  const changes = names
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name): [string, unknown] => [name, { from: before[name], to: after[name] }])
  if (before.url !== after.url)
    changes.push(['origin', { from: new URL(before.url).origin, to: new URL(after.url).origin }])
  return Object.fromEntries(changes)
}
