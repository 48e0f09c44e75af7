// Whether two samples of times differ: by how much, how surely, and beyond what.
import type { Random } from '../../testkit/load/random.ts'

const RESAMPLES = 400

export type Comparison = {
  /** The difference of the medians, and the 95 % interval of it by the bootstrap. */
  difference: number
  low: number
  high: number
  /** Of the Mann-Whitney test, two-sided: how likely samples of one source look so different. */
  p: number
}

export function medianOf(times: ArrayLike<number>): number {
  const sorted = Float64Array.from(times).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Compares `times` with what they should look like. */
export function compare(expected: number[], times: number[], random: Random): Comparison {
  const differences = Array.from(
    { length: RESAMPLES },
    () => medianOf(resample(times, random)) - medianOf(resample(expected, random)),
  ).toSorted((a, b) => a - b)
  return {
    difference: medianOf(times) - medianOf(expected),
    low: differences[Math.floor(RESAMPLES * 0.025)]!,
    high: differences[Math.ceil(RESAMPLES * 0.975) - 1]!,
    p: mannWhitney(expected, times),
  }
}

function resample(times: number[], random: Random): number[] {
  return times.map(() => times[random.between(0, times.length - 1)]!)
}

/**
 * The chance that two samples of one source differ as much in rank; by the normal approximation,
 * which holds from about 20 on, corrected for ties.
 */
export function mannWhitney(first: number[], second: number[]): number {
  const all = [
    ...first.map((time) => ({ time, isFirst: true })),
    ...second.map((time) => ({ time, isFirst: false })),
  ].toSorted((a, b) => a.time - b.time)
  let rankSum = 0
  let ties = 0
  for (let start = 0; start < all.length;) {
    let end = start
    while (end < all.length && all[end]!.time === all[start]!.time) end++
    const rank = (start + 1 + end) / 2
    for (let at = start; at < end; at++) if (all[at]!.isFirst) rankSum += rank
    ties += (end - start) ** 3 - (end - start)
    start = end
  }
  const [n, m] = [first.length, second.length]
  const total = n + m
  const u = rankSum - (n * (n + 1)) / 2
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  if (variance === 0) return 1
  return 2 * upperTail(Math.abs(u - (n * m) / 2) / Math.sqrt(variance))
}

/** The chance that a standard normal variable exceeds z ≥ 0. @see Abramowitz and Stegun 26.2.17 */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z)
  const polynomial =
    t *
    (0.319_381_53 +
      t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
}
