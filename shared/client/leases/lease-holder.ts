// A verifier's side of leases, without I/O: while a lease runs, its copies decide. The service's
// side is `server/src/features/leases/lease-book.ts`.
import type { KeyCopy, LeaseAnswer, LeasePoll } from '../../src/verification/leases.ts'
import { isRunning, OVER, spanFrom, type Clock } from './clock.ts'
import { keyCopies, unusedSlice, type LeasedVerdict } from './key-copies.ts'
import { makeUseBatches } from './use-batches.ts'

/** Changes remembered for questions under way; beyond it, none of those answers is kept. */
const MAX_CHANGES_REMEMBERED = 10_000

/** A question to the service that is under way. */
export type Asking = {
  session: string | null
  askedAt: Clock
  era: number
  /** The changes that were applied by then. */
  applied: number
}

export type LeaseHolder = {
  /** The next poll. An earlier one without an answer is given up. */
  poll(now: Clock): { number: number; body: LeasePoll }
  answered(number: number, answer: LeaseAnswer, now: Clock): void
  /** The service refuses this verifier: it trusts nothing any more. */
  refused(): void
  /**
   * The verdict by a copy; undefined where the service must be asked. Nothing was taken then.
   *
   * @param hash of the secret
   * @param monoMs read in the same call as the request began, as `wallMs` was: after a pause, a
   *   clock that was read before it says nothing
   */
  judge(
    hash: string,
    scopes: readonly string[],
    ip: string | null,
    cost: number,
    monoMs: number,
    wallMs: number,
  ): LeasedVerdict | undefined
  /** Begins a question; every one ends with `keep`. */
  ask(now: Clock): Asking
  /** The end of a question, with the copy that came with its answer, if one did. */
  keep(asking: Asking, hash: string, copy: KeyCopy | undefined, now: Clock): void
  isLeased(now: Clock): boolean
  copies(): number
  usesLost(): number
  /** Whether more uses wait than the last poll can bring. */
  hasMoreUses(): boolean
  /** Judges no more. @returns the last poll, once no other is under way */
  stop(now: Clock): LeasePoll
}

export function leaseHolder({ maxCopies }: { maxCopies: number }): LeaseHolder {
  const batches = makeUseBatches()
  const copies = keyCopies(maxCopies, batches)
  let session: string | null = null
  let nonce = ''
  let applied = 0
  let lease = OVER
  let polls = 0
  let sentAt: Clock | undefined
  /** Answers to questions of an earlier era are not kept. */
  let era = 0
  let underWay = 0
  /** The last change to each key since the oldest question under way. */
  const changed = new Map<string, number>()

  function beginEra(): void {
    era++
    changed.clear()
    copies.endSlices()
  }

  function dropEverything(): void {
    copies.dropAll()
    lease = OVER
    beginEra()
  }

  function apply(answer: LeaseAnswer): void {
    if (answer.resync || answer.session !== session) {
      // With the lease: what is asked from now on is not in what the next poll confirms.
      dropEverything()
      session = answer.session
      applied = answer.head
    }
    for (const { seq, keyId } of answer.changes) {
      copies.drop(keyId)
      if (underWay > 0) changed.set(keyId, Math.max(seq, changed.get(keyId) ?? 0))
    }
    if (changed.size > MAX_CHANGES_REMEMBERED) beginEra()
    applied = Math.max(applied, answer.head)
    nonce = answer.nonce
  }

  function body(monoMs: number): LeasePoll {
    return { session, nonce, applied, ...batches.take(monoMs) }
  }

  return {
    poll(now) {
      sentAt = now
      return { number: ++polls, body: body(now.monoMs) }
    },
    answered(number, answer, now) {
      if (number !== polls || sentAt === undefined) return
      batches.settle(answer.counted)
      apply(answer)
      if (answer.session !== null && answer.leaseMs > 0) {
        if (!isRunning(lease, now.monoMs, now.wallMs)) beginEra()
        lease = spanFrom(sentAt, answer.leaseMs)
      }
      sentAt = undefined
    },
    refused() {
      dropEverything()
      session = null
      nonce = ''
      sentAt = undefined
    },
    judge(hash, scopes, ip, cost, monoMs, wallMs) {
      if (!isRunning(lease, monoMs, wallMs)) return undefined
      return copies.judge(hash, scopes, ip, cost, monoMs, wallMs)
    },
    ask(now) {
      underWay++
      return { session, askedAt: now, era, applied }
    },
    keep(asking, hash, copy, now) {
      underWay--
      // A copy older than the last change we had applied when we asked was not read for this
      // request: a cache answered, or a replica that lags. Its slice is not ours either.
      if (copy !== undefined && copy.asOf >= asking.applied) {
        const isSameEra = asking.era === era && isRunning(lease, now.monoMs, now.wallMs)
        const isCurrent = (changed.get(copy.keyId) ?? 0) <= copy.asOf
        if (isSameEra && isCurrent && asking.session === session && session !== null)
          copies.put(hash, copy, asking.askedAt)
        else if (isSameEra && copy.slice > 0)
          batches.giveBack(unusedSlice(copy.keyId, copy.resetAt, copy.slice))
      }
      if (underWay === 0) changed.clear()
    },
    isLeased: ({ monoMs, wallMs }) => isRunning(lease, monoMs, wallMs),
    copies: () => copies.size(),
    usesLost: () => batches.lost(),
    hasMoreUses: () => batches.hasMore(),
    stop({ monoMs }) {
      dropEverything()
      sentAt = undefined
      return { ...body(monoMs), bye: true }
    },
  }
}
