import { DAY_MS, toMoment } from '@zentrix/shared/moment.ts'
import { withTrace } from '../../../lib/tracing/trace-context.ts'
import { findTraceparent } from '../../audit/audit-reads.ts'
import { inTransactionAtOnce } from '../../audit/in-transaction.ts'
import type { Context } from '../../context.ts'
import { disableWebhook } from '../disable-webhook.ts'
import { writeMessage } from './message.ts'
import { postMessage, type Outcome } from './post-message.ts'
import { retryPauseMs } from './retry-pauses.ts'
import { endAttempt, setFailingSince, type Waiting } from './sending.store.ts'

const GIVE_UP_MS = 3 * DAY_MS
const GONE = 410

/**
 * Tries a message once, and writes what became of it.
 *
 * @param signal ends the attempt early; nothing is written then, and it is tried again
 * @returns whether it was delivered
 */
export async function deliver(
  ctx: Context,
  waiting: Waiting,
  signal: AbortSignal,
): Promise<boolean> {
  const message = await writeMessage(ctx, waiting)
  const traceparent = await findTraceparent(ctx, waiting.organization_id, waiting.event_id)
  const outcome = await withTrace(traceparent, () =>
    postMessage(waiting.url, message, ctx.config, signal),
  )
  if (signal.aborted) return false
  return 'status' in outcome && outcome.status >= 200 && outcome.status < 300
    ? noteDelivered(ctx, waiting, outcome.status)
    : noteFailed(ctx, waiting, outcome)
}

async function noteDelivered(ctx: Context, waiting: Waiting, status: number): Promise<boolean> {
  const now = ctx.now()
  await inTransactionAtOnce(ctx, async ({ db }) => {
    await endAttempt(db, waiting, {
      status: 'delivered',
      first_attempt_at: waiting.first_attempt_at ?? now,
      last_attempt_at: now,
      response_status: status,
      problem: null,
      next_attempt_at: null,
    })
    if (waiting.failing_since !== null) await setFailingSince(db, waiting.webhook_id, null)
  })
  return true
}

async function noteFailed(ctx: Context, waiting: Waiting, outcome: Outcome): Promise<boolean> {
  const now = ctx.now()
  const nowMs = ctx.nowMs()
  const firstAt = waiting.first_attempt_at ?? now
  const status = 'status' in outcome ? outcome.status : null
  const isOver = nowMs - Date.parse(firstAt) >= GIVE_UP_MS
  const isGone = status === GONE
  const isLast = isOver || isGone || waiting.kind === 'once'
  const pauseMs = retryPauseMs(waiting.attempts)
  await inTransactionAtOnce(ctx, async ({ db }) => {
    await endAttempt(db, waiting, {
      status: isLast ? 'failed' : 'pending',
      first_attempt_at: firstAt,
      last_attempt_at: now,
      response_status: status,
      problem: 'problem' in outcome ? outcome.problem : `The answer was ${outcome.status}`,
      next_attempt_at: isLast ? null : toMoment(nowMs + pauseMs),
    })
    if (waiting.kind === 'line' && waiting.failing_since === null)
      await setFailingSince(db, waiting.webhook_id, now)
  })
  if (isGone || (isOver && waiting.kind === 'line'))
    await disableWebhook(ctx, waiting, isGone ? 'gone' : 'failing')
  return false
}
