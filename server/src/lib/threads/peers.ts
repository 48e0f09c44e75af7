import type { MetricObjectWithValues, MetricValue } from 'prom-client'

export type MetricJson = MetricObjectWithValues<MetricValue<string>>

/** The questions that the serving threads of one process ask each other. */
export type PeerAnswers = {
  flushUsage(): Promise<void>
  /** The metrics of a thread, for another one to add up. */
  metrics(): Promise<MetricJson[]>
}

export type Peers = {
  /** Asks every other thread; there is none unless WORKERS says so. */
  ask<Name extends keyof PeerAnswers>(name: Name): Promise<Awaited<ReturnType<PeerAnswers[Name]>>[]>
}

export const noPeers: Peers = { ask: async () => [] }
