import type { Context } from '../features/context.ts'
import { metricsAsJson } from '../http/site/metrics-registry.ts'

/** What the serving threads of one process ask each other. */
export type PeerAnswers = ReturnType<typeof peerAnswers>

export type Peers = {
  /** Asks every other thread; there is none unless WORKERS says so. */
  ask<Name extends keyof PeerAnswers>(name: Name): Promise<Awaited<ReturnType<PeerAnswers[Name]>>[]>
}

export const noPeers: Peers = { ask: async () => [] }

/** What this thread answers. */
export function peerAnswers(ctx: Context) {
  return {
    flushUsage: () => ctx.usage.flush(),
    metrics: () => metricsAsJson(ctx),
  }
}
