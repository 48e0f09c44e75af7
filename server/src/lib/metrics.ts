import { refusalCodes } from '@zentrix/shared/verification/verdict.ts'
import { noDurations, noteDuration, type Durations } from './durations.ts'
import type { RequestCounts } from './request-counts.ts'
import { recordOf } from './typed.ts'

/** How a verification can end, as metrics name it. */
export const verdictCodes = ['VALID', ...refusalCodes] as const
export type VerdictCode = (typeof verdictCodes)[number]

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
    ...noDurations(),
    requests: new Map(),
    rateLimiterFailures: 0,
    leases: { granted: 0, longestWaitSeconds: 0, ranOut: 0 },
  }
}

/** Counts one verification that took `ms` from its question to its verdict. */
export function countVerdict(metrics: Metrics, code: VerdictCode, ms: number): void {
  metrics.verdicts[code]++
  noteDuration(metrics, ms)
}
