/** Upper bounds of the buckets of the duration histograms; a last one takes the rest. */
export const durationBucketsSeconds = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1,
]

/** How many durations ended in which bucket, and their sum. */
export type Durations = { durationCounts: number[]; durationSumSeconds: number }

export function noDurations(): Durations {
  return {
    durationCounts: [...durationBucketsSeconds, Infinity].map(() => 0),
    durationSumSeconds: 0,
  }
}

/** Counts `times` durations of so many milliseconds. */
export function noteDuration(durations: Durations, ms: number, times = 1): void {
  const seconds = ms / 1000
  durations.durationSumSeconds += seconds * times
  let bucket = 0
  while (seconds > (durationBucketsSeconds[bucket] ?? Infinity)) bucket++
  durations.durationCounts[bucket]! += times
}
