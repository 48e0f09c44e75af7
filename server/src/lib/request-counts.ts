import { durationBucketsSeconds, noteDuration, type Durations, type Metrics } from './metrics.ts'

/** How many requests of one route were answered by one method, with which statuses, and how fast. */
export type RequestCounts = Durations & {
  /** The route's pattern, never a path that somebody sent; `none` where there is no such route. */
  route: string
  method: string
  byStatus: Map<number, number>
}

/** The counts of a route and method, made at the first request. There are as many as routes. */
export function requestCountsOf(metrics: Metrics, route: string, method: string): RequestCounts {
  const name = `${method} ${route}`
  const known = metrics.requests.get(name)
  if (known) return known
  const durationCounts = [...durationBucketsSeconds, Infinity].map(() => 0)
  const made = { route, method, byStatus: new Map(), durationCounts, durationSumSeconds: 0 }
  metrics.requests.set(name, made)
  return made
}

/** Counts answers that took `ms` since their requests arrived. */
export function countRequests(counts: RequestCounts, status: number, ms: number, times = 1): void {
  counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + times)
  noteDuration(counts, ms / 1000, times)
}
