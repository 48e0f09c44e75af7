import { DAY_MS, toMoment } from '@zentrix/shared/moment.ts'
import type { Context } from '../context.ts'
import { deleteEndedDeliveries } from './deliveries.store.ts'

const KEPT_MS = 30 * DAY_MS
const ROWS_AT_ONCE = 1000

/** Deletes the deliveries of more than 30 days ago, in steps that hold nobody up. */
export async function forgetDeliveries(ctx: Context, signal: AbortSignal): Promise<void> {
  const before = toMoment(ctx.nowMs() - KEPT_MS)
  while (!signal.aborted)
    if ((await deleteEndedDeliveries(ctx.db, before, ROWS_AT_ONCE)) < ROWS_AT_ONCE) return
}
