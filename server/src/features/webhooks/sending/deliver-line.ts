import { SECOND_MS } from '@zentrix/shared/moment.ts'
import { makeId } from '../../../crypto/ids.ts'
import { readTexts } from '../../../lib/reading/read-values.ts'
import { listEventsAfter } from '../../audit/audit-reads.ts'
import { inTransactionAtOnce } from '../../audit/in-transaction.ts'
import type { Context } from '../../context.ts'
import { insertDeliveries } from '../deliveries.store.ts'
import { deliver } from './deliver.ts'
import { findEnabled, findFirstInLine, moveOn } from './sending.store.ts'

const EVENTS_AT_ONCE = 200

/** How long a webhook sends before another one gets its place, unless a single message takes longer. */
export const TURN_MS = SECOND_MS / 2

/**
 * Sends a webhook's messages in the order of the log, until one fails, none is left, or others should
 * have their turn.
 *
 * @returns whether more of them can be sent now
 */
export async function deliverLine(
  ctx: Context,
  webhookId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const startedAt = performance.now()
  while (performance.now() - startedAt < TURN_MS) {
    const first = await findFirstInLine(ctx.committed, webhookId)
    if (first) {
      const isDue = (first.next_attempt_at ?? '') <= ctx.now()
      if (!isDue || signal.aborted || !(await deliver(ctx, first, signal))) return false
    } else if (!(await fillLine(ctx, webhookId))) return false
  }
  return true
}

/**
 * Puts the next events of the log that the webhook wants into its line.
 *
 * @returns whether it is worth looking again
 */
async function fillLine(ctx: Context, webhookId: string): Promise<boolean> {
  const webhook = await findEnabled(ctx.committed, webhookId)
  if (!webhook) return false
  const { organization_id: organizationId, sequence } = webhook
  const events = await listEventsAfter(ctx, organizationId, sequence, EVENTS_AT_ONCE)
  const isEnd = events.length < EVENTS_AT_ONCE
  const wanted = readTexts(webhook.events, 'webhooks.events')
  const rows = events
    .filter(({ action }) => wanted.includes('*') || wanted.includes(action))
    .map((event) => lineRow(ctx.now(), webhookId, organizationId, event))
  const last = events.at(-1)
  // A few events that it does not want are passed over once more next time, which spares a write.
  if (!last || (rows.length === 0 && isEnd)) return false
  return inTransactionAtOnce(ctx, async ({ db }) => {
    if (!(await moveOn(db, webhookId, sequence, last.sequence))) return true // changed meanwhile
    await insertDeliveries(db, rows)
    return true
  })
}

type LoggedEvent = Awaited<ReturnType<typeof listEventsAfter>>[number]

function lineRow(now: string, webhookId: string, organizationId: string, event: LoggedEvent) {
  return {
    id: makeId('dlv', now),
    webhook_id: webhookId,
    organization_id: organizationId,
    event_id: event.id,
    type: event.action,
    kind: 'line' as const,
    sequence: event.sequence,
    status: 'pending' as const,
    attempts: 0,
    created_at: now,
    first_attempt_at: null,
    last_attempt_at: null,
    response_status: null,
    problem: null,
    next_attempt_at: null,
  }
}
