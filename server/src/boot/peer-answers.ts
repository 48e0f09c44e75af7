import type { Context } from '../features/context.ts'
import { metricsAsJson } from '../http/site/metrics-registry.ts'
import type { PeerAnswers } from '../lib/threads/peers.ts'

/** The answers of this thread to the others. */
export function peerAnswers(ctx: Context): PeerAnswers {
  return {
    flushUsage: () => ctx.usage.flush(),
    metrics: () => metricsAsJson(ctx),
  }
}
