import type { Context } from './context.ts'
import { eraseResults } from './features/idempotency/erase-results.ts'
import { foldUsage } from './features/usage/fold-usage.ts'
import { forgetTokens } from './features/widget/forget-tokens.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

type Sweep = (ctx: Context, signal: AbortSignal) => Promise<void>

/** What has had its time is erased, each so often. */
const sweeps: [sweep: Sweep, intervalMs: number][] = [
  [forgetTokens, MINUTE_MS],
  [eraseResults, MINUTE_MS],
  [foldUsage, HOUR_MS],
]

/** Sweeps now and again and again, until the returned function is called. */
export function startSweeping(ctx: Context): () => Promise<void> {
  const stops = sweeps.map(([sweep, intervalMs]) => repeat(ctx, sweep, intervalMs))
  return async () => void (await Promise.all(stops.map((stop) => stop())))
}

/** Does it now and after every interval, but never twice at once; one under way is told to stop. */
function repeat(ctx: Context, sweep: Sweep, intervalMs: number): () => Promise<void> {
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  function run(): void {
    running ??= sweep(ctx, stopping.signal)
      .catch((error: unknown) =>
        ctx.log.warn({ err: error }, 'what has had its time could not be erased'),
      )
      .finally(() => (running = undefined))
  }
  run()
  const timer = setInterval(run, intervalMs)
  return async () => {
    clearInterval(timer)
    stopping.abort()
    await running
  }
}
