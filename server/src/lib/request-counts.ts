import { noDurations, noteDuration, type Durations } from './durations.ts'

/** How many requests of one route were answered by one method, with which statuses, and how fast. */
export type RequestCounts = Durations & {
  /** The route's pattern, never a path that somebody sent; `none` where there is no such route. */
  route: string
  method: string
  byStatus: Map<number, number>
}

/** The counts of a route and method, made at the first request. There are as many as routes. */
export function requestCountsOf(
  { requests }: { requests: Map<string, RequestCounts> },
  route: string,
  method: string,
): RequestCounts {
  const name = `${method} ${route}`
  const known = requests.get(name)
  if (known) return known
  const made: RequestCounts = { route, method, byStatus: new Map(), ...noDurations() }
  requests.set(name, made)
  return made
}

/** Counts answers that took `ms` since their requests arrived. */
export function countRequests(counts: RequestCounts, status: number, ms: number, times = 1): void {
  counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + times)
  noteDuration(counts, ms, times)
}
