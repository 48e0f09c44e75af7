// The observations of a run: every operation with when it began and ended, on one clock.

/** Milliseconds on the run's clock; an operation took effect somewhere in between. */
export type Span = { startMs: number; endMs: number }

/** `rotate` revokes the old key at once; `overlap` is a rotation that lets it live a while longer. */
export type ChangeKind = 'issue' | 'disable' | 'enable' | 'rename' | 'revoke' | 'rotate' | 'overlap'

/**
 * A change that was answered as done; one that was refused had no effect and is not kept. One that
 * nobody answered may have been done or not, at any time: it ends at Infinity.
 */
export type Change = Span & {
  kind: ChangeKind
  /** How long after an `overlap` the key ends; nothing else takes effect later than it is answered. */
  overlapMs?: number
}

/** How somebody asked whether a key is good: for `mint` and `consume`, by using it. */
export type AskKind = 'verify' | 'check' | 'mint' | 'consume'

export type Ask = Span & {
  kind: AskKind
  /** `VALID`, or why not; `UNAUTHORIZED` where the endpoint does not say why. */
  code: string
  /** The key that the answer names; null when it names none. */
  answeredKeyId: string | null
  /** Whether the answer bears the X-Request-Id of the question. */
  isOwnAnswer: boolean
}

export type KeyHistory = { keyId: string; changes: Change[]; asks: Ask[] }

// The service tells the time by the clock of the machine, in whole milliseconds.
const CLOCK_SLACK_MS = 5

/** When a change took effect: surely not before its start, and surely by its end. */
export function effectOf({ startMs, endMs, overlapMs }: Change): Span {
  if (overlapMs === undefined) return { startMs, endMs }
  return {
    startMs: startMs + overlapMs - CLOCK_SLACK_MS,
    endMs: endMs + overlapMs + CLOCK_SLACK_MS,
  }
}

let lastMs = 0

/** The clock of a run. No two readings are equal, so that order within one thread is kept. */
export function nowMs(): number {
  lastMs = Math.max(performance.now(), lastMs + Number.EPSILON * lastMs * 2)
  return lastMs
}
