import type { Context } from './context.ts'
import { eraseResults } from './features/idempotency/erase-results.ts'
import { forgetTokens } from './features/widget/forget-tokens.ts'

const SWEEP_INTERVAL_MS = 60_000

/** Erases what has had its time, now and every minute, until the returned function is called. */
export function startSweeping(ctx: Context): () => Promise<void> {
  async function sweep(): Promise<void> {
    for (const erase of [forgetTokens, eraseResults])
      await erase(ctx).catch((error: unknown) =>
        ctx.log.warn({ err: error }, 'what has expired could not be erased'),
      )
  }
  let sweeping = sweep()
  const timer = setInterval(() => (sweeping = sweep()), SWEEP_INTERVAL_MS)
  return async () => {
    clearInterval(timer)
    await sweeping
  }
}
