import { refusalCodes } from '@zentrix/shared/verification/verdict.ts'
import type { RequestCounts } from './request-counts.ts'
import { recordOf } from './typed.ts'

/** How a verification can end, as metrics name it. */
export const verdictCodes = ['VALID', ...refusalCodes] as const
export type VerdictCode = (typeof verdictCodes)[number]

/** Upper bounds of the buckets of the duration histogram; a last one takes the rest. */
export const durationBucketsSeconds = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1,
]

/** How many durations ended in which bucket, and their sum. */
export type Durations = { durationCounts: number[]; durationSumSeconds: number }

/**
 * Counts of verifications. Plain numbers, because a metrics library would cost more
 * than the decision that it counts; `http/metrics.routes.ts` shows them to Prometheus.
 */
export type Metrics = Durations & {
  verdicts: Record<VerdictCode, number>
  /** By method and route. */
  requests: Map<string, RequestCounts>
  /** Requests whose budget could not be counted. */
  rateLimiterFailures: number
  leases: {
    granted: number
    /** The longest time that the answer to a change waited for verifiers. */
    longestWaitSeconds: number
    /** Changes that were answered only when a lease had run out. */
    ranOut: number
  }
}

export function makeMetrics(): Metrics {
  return {
    verdicts: recordOf(verdictCodes, () => 0),
    durationCounts: [...durationBucketsSeconds, Infinity].map(() => 0),
    durationSumSeconds: 0,
    requests: new Map(),
    rateLimiterFailures: 0,
    leases: { granted: 0, longestWaitSeconds: 0, ranOut: 0 },
  }
}

/** Counts one verification that took `ms` from its question to its verdict. */
export function countVerdict(metrics: Metrics, code: VerdictCode, ms: number): void {
  metrics.verdicts[code]++
  noteDuration(metrics, ms / 1000, 1)
}

/** Counts `times` durations of so many seconds. */
export function noteDuration(durations: Durations, seconds: number, times: number): void {
  durations.durationSumSeconds += seconds * times
  let bucket = 0
  while (seconds > (durationBucketsSeconds[bucket] ?? Infinity)) bucket++
  durations.durationCounts[bucket]! += times
}
