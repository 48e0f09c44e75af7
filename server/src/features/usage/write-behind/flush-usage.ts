import type { Logger } from 'pino'
import type { Context } from '../../context.ts'
import { logNowAndThen } from '../../../lib/log/log.ts'

const FLUSH_INTERVAL_MS = 500
const READ_PATIENCE_MS = 3000

/** Hands usage over at intervals. @returns a function that stops, after handing over a last time */
export function startFlushing({ usage }: Context): () => Promise<void> {
  const timer = setInterval(() => usage.handOver(), FLUSH_INTERVAL_MS)
  return async () => {
    clearInterval(timer)
    await usage.close()
  }
}

const notes = new WeakMap<Logger, ReturnType<typeof logNowAndThen>>()

function noteUnread(log: Logger) {
  const note = notes.get(log) ?? logNowAndThen(log, 'warn', 'usage could not be read as it is now')
  notes.set(log, note)
  return note
}

/**
 * Waits until all uses so far are written, so that a read of the database shows them. While the disk
 * is in trouble, a reader waits at most 3 seconds, and sees the uses written until then.
 *
 * @returns whether all of them are written
 */
export async function settleUsage(ctx: Context): Promise<boolean> {
  const { usage, peers, log, database } = ctx
  const patience = Promise.withResolvers<false>()
  const timer = setTimeout(() => patience.resolve(false), READ_PATIENCE_MS)
  const settled = Promise.all([usage.flush(database.takeDoubt()), peers.ask('flushUsage')]).then(
    () => true,
    (error: unknown) => {
      noteUnread(log)(error)
      return false
    },
  )
  const isSettled = await Promise.race([settled, patience.promise])
  clearTimeout(timer)
  return isSettled
}
