import type { Context } from '../../context.ts'
import { deleteExpiredTokens } from './widget.store.ts'

const SWEEP_INTERVAL_MS = 60_000
// Longer than any two clocks of one deployment should differ.
const KEPT_AFTER_EXPIRY_MS = 10 * 60_000

/** Forgets spent tokens some time after they have expired, until the returned function is called. */
export function startSweeping(ctx: Context): () => Promise<void> {
  let sweeping: Promise<void> = Promise.resolve()
  const sweep = async () => {
    const before = new Date(Date.parse(ctx.now()) - KEPT_AFTER_EXPIRY_MS).toISOString()
    await deleteExpiredTokens(ctx.db, before).catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'spent tokens could not be swept'),
    )
  }
  const timer = setInterval(() => (sweeping = sweep()), SWEEP_INTERVAL_MS)
  return async () => {
    clearInterval(timer)
    await sweeping
  }
}
