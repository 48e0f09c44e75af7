import {
  effectOf,
  type Ask,
  type AskKind,
  type Change,
  type ChangeKind,
  type KeyHistory,
} from '../../testkit/load/history.ts'

export type Rule =
  | 'accepted after its end'
  | 'accepted after it was seen ended'
  | 'refused while live'
  | 'refused without a cause'
  | 'answer to another request'

export type Violation = {
  rule: Rule
  keyId: string
  ask: Ask
  /** The change that the answer contradicts. */
  change?: Change
}

const ends: ChangeKind[] = ['revoke', 'rotate', 'overlap']

// The reasons that a run gives; any other refusal, such as RATE_LIMITED or NOT_FOUND, is wrong.
const causes: Record<string, ChangeKind[]> = {
  REVOKED: ['revoke', 'rotate'],
  EXPIRED: ['overlap'],
  DISABLED: ['disable'],
  UNAUTHORIZED: [...ends, 'disable'],
}

// The others answer every refused key alike.
const tellsWhy: AskKind[] = ['verify', 'check']

/**
 * Finds answers about one key that are wrong in every order that overlapping operations allow.
 * Pure. An answer that some order explains is right.
 */
export function checkHistory({ keyId, changes, asks }: KeyHistory): Violation[] {
  const seenEndedMs = asks
    .filter(({ code }) => code === 'REVOKED' || code === 'EXPIRED')
    .reduce((earliest, { endMs }) => Math.min(earliest, endMs), Infinity)
  return asks.flatMap((ask) => {
    const violation = brokenRule(keyId, changes, seenEndedMs, ask)
    return violation ? [{ keyId, ask, ...violation }] : []
  })
}

function brokenRule(
  keyId: string,
  changes: Change[],
  seenEndedMs: number,
  ask: Ask,
): Pick<Violation, 'rule' | 'change'> | undefined {
  const isForeign = ask.answeredKeyId !== null && ask.answeredKeyId !== keyId
  if (!ask.isOwnAnswer || isForeign) return { rule: 'answer to another request' }
  if (ask.code === 'VALID') {
    const change = changes.find((it) => surelyStopped(it, changes, ask))
    if (change) return { rule: 'accepted after its end', change }
    if (ask.startMs > seenEndedMs) return { rule: 'accepted after it was seen ended' }
    return undefined
  }
  if (surelyLive(changes, ask)) return { rule: 'refused while live' }
  return hasCause(changes, ask) ? undefined : { rule: 'refused without a cause' }
}

/** Whether `change` had ended the key for good, or for the time being, before `ask` started. */
function surelyStopped(change: Change, changes: Change[], ask: Ask): boolean {
  if (effectOf(change).endMs >= ask.startMs) return false
  if (ends.includes(change.kind)) return true
  if (change.kind !== 'disable') return false
  // An enable may have come after it if it ended after that began, and began before this ended.
  return !changes.some(
    ({ kind, startMs, endMs }) =>
      kind === 'enable' && endMs > change.startMs && startMs < ask.endMs,
  )
}

function surelyLive(changes: Change[], ask: Ask): boolean {
  const isIssued = changes.some(({ kind, endMs }) => kind === 'issue' && endMs < ask.startMs)
  const stops = changes.filter((change) => effectOf(change).startMs < ask.endMs)
  return isIssued && stops.every((stop) => surelyUndone(stop, changes, ask))
}

function surelyUndone(change: Change, changes: Change[], ask: Ask): boolean {
  if (ends.includes(change.kind)) return false
  if (change.kind !== 'disable') return true
  return changes.some(
    ({ kind, startMs, endMs }) =>
      kind === 'enable' && startMs > change.endMs && endMs < ask.startMs,
  )
}

function hasCause(changes: Change[], ask: Ask): boolean {
  if (tellsWhy.includes(ask.kind) === (ask.code === 'UNAUTHORIZED')) return false
  const kinds = causes[ask.code] ?? []
  return changes.some(
    (change) => kinds.includes(change.kind) && effectOf(change).startMs < ask.endMs,
  )
}
