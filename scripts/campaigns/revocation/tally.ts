import type { Violation } from './check-history.ts'
import {
  effectOf,
  type AskKind,
  type ChangeKind,
  type KeyHistory,
} from '../../testkit/load/history.ts'

/** The counts over all keys of a run. */
export type Tally = {
  changes: Record<ChangeKind, number>
  asks: Record<AskKind, { accepted: number; refused: number }>
  /** Changes without an answer: they may have been made or not. */
  uncertain: number
  /** Answers that the overlap of a rotated key was over. */
  expired: number
  /** Questions that began so soon after a revocation, rotation or disabling of their key ended. */
  within1Ms: number
  within10Ms: number
  violations: number
  /** The first of them. */
  examples: Violation[]
}

const MAX_EXAMPLES = 20

export function emptyTally(): Tally {
  const none = () => ({ accepted: 0, refused: 0 })
  return {
    changes: { issue: 0, disable: 0, enable: 0, rename: 0, revoke: 0, rotate: 0, overlap: 0 },
    asks: { verify: none(), check: none(), mint: none(), consume: none() },
    uncertain: 0,
    expired: 0,
    within1Ms: 0,
    within10Ms: 0,
    violations: 0,
    examples: [],
  }
}

export function addToTally(tally: Tally, history: KeyHistory, violations: Violation[]): void {
  const { changes, asks } = history
  for (const { kind, endMs } of changes) {
    tally.changes[kind]++
    if (endMs === Infinity) tally.uncertain++
  }
  const stops = changes
    .filter(({ kind }) => ['revoke', 'rotate', 'overlap', 'disable'].includes(kind))
    .map(effectOf)
  for (const { kind, code, startMs } of asks) {
    tally.asks[kind][code === 'VALID' ? 'accepted' : 'refused']++
    if (code === 'EXPIRED') tally.expired++
    const startedWithin = (ms: number) =>
      stops.some(({ endMs }) => startMs > endMs && startMs - endMs <= ms)
    if (startedWithin(10)) tally.within10Ms++
    if (startedWithin(1)) tally.within1Ms++
  }
  tally.violations += violations.length
  tally.examples.push(...violations.slice(0, MAX_EXAMPLES - tally.examples.length))
}
