import { decide, type DecidingFacts } from '../../src/verification/decide.ts'
import { CLOCK_MARGIN } from '../../src/verification/lease-times.ts'
import type { KeyCopy, UnusedSlice } from '../../src/verification/leases.ts'
import type { RefusalCode, VerifyResult } from '../../src/verification/verdict.ts'
import { ENDLESS, isRunning, OVER, spanFrom, type Clock, type Span } from './clock.ts'
import type { UseBatches, UseRow } from './use-batches.ts'

/**
 * A key as the service knew it, and a part of its budget. The facts that decide are in it and not in
 * an object of their own, which the processor would have to fetch for each verdict.
 */
type Held = DecidingFacts & {
  hash: string
  copy: KeyCopy
  /** Ends before the key's own expiry does. */
  life: Span
  /** Units of the budget of the minute that ends at `copy.resetAt`. */
  units: number
  /** Ends before that minute does. */
  minute: Span
  row: UseRow | undefined
  /** A slice of an earlier era is worth nothing. */
  era: number
  /** Used since eviction last looked at it. */
  isFresh: boolean
}

/** By a copy, and not by asking. */
export type LeasedVerdict = VerifyResult & { source: 'lease' }

export type KeyCopies = {
  /** The verdict by the copy; undefined where only the service can give one. */
  judge(
    hash: string,
    scopes: readonly string[],
    ip: string | null,
    cost: number,
    monoMs: number,
    wallMs: number,
  ): LeasedVerdict | undefined
  /** Takes a copy that was asked for at `askedAt`. One that is held and newer stays. */
  put(hash: string, copy: KeyCopy, askedAt: Clock): void
  /** Drops the copy of a key; what is left of its slice goes back. */
  drop(keyId: string): void
  dropAll(): void
  /**
   * Uses no slice any more that is held now, and gives none back. A process that was cloned or
   * stood still cannot know what became of it.
   */
  endSlices(): void
  size(): number
}

/** Copies by the SHA-256 of their secrets, at most `maxCopies`; those not used lately go first. */
export function keyCopies(maxCopies: number, batches: UseBatches): KeyCopies {
  const byHash = new Map<string, Held>()
  const hashes = new Map<string, string>()
  let era = 0

  function forget(held: Held): void {
    byHash.delete(held.hash)
    hashes.delete(held.copy.keyId)
    giveBack(held)
  }

  function giveBack({ copy: { keyId, resetAt }, units, era: itsEra }: Held): void {
    if (units > 0 && itsEra === era) batches.giveBack(unusedSlice(keyId, resetAt, units))
  }

  function makeRoom(): void {
    for (const held of byHash.values()) {
      if (byHash.size < maxCopies) return
      if (!held.isFresh) forget(held)
      else {
        // The second chance: to the end of the order, where the map comes to it again.
        held.isFresh = false
        byHash.delete(held.hash)
        byHash.set(held.hash, held)
      }
    }
  }

  return {
    judge(hash, scopes, ip, cost, monoMs, wallMs) {
      const held = byHash.get(hash)
      if (held === undefined || !isRunning(held.life, monoMs, wallMs)) return undefined
      if (batches.isFull()) return undefined
      const { copy } = held
      const refusal = decide(held, { scopes, ip, isExpired: false })
      if (refusal === undefined) {
        // A peek needs a unit to be there, and takes none.
        if (held.units < (cost === 0 ? 1 : cost) || held.era !== era) return undefined
        if (!isRunning(held.minute, monoMs, wallMs)) return undefined
        held.units -= cost
      }
      held.isFresh = true
      const code = refusal ?? 'VALID'
      if (cost > 0 && code !== 'NOT_FOUND') {
        const asked = refusal === undefined ? NONE : scopes
        held.row = batches.note(held.row, copy.keyId, code, ip, asked, monoMs)
      }
      return refusal === undefined ? accepted(copy, held.units) : refused(refusal)
    },
    put(hash, given, askedAt) {
      const copy = withSharedLists(given)
      const known = byHash.get(hash)
      const isNewer = known === undefined || copy.asOf >= known.copy.asOf
      const isSameMinute = known?.copy.resetAt === copy.resetAt
      const isSameSlice = isSameMinute && known.era === era
      const units = copy.slice + (isSameSlice ? known.units : 0)
      if (known === undefined) makeRoom()
      else if (!isSameMinute) giveBack(known)
      const current = isNewer ? copy : { ...known.copy, resetAt: copy.resetAt }
      byHash.set(hash, {
        hash,
        copy: current,
        isRevoked: current.revoked,
        isDisabled: !current.enabled,
        allowedIps: current.allowedIps,
        scopes: current.scopes,
        life: isNewer ? lifeOf(copy, askedAt) : known.life,
        units,
        minute: copy.slice > 0 || !known ? minuteOf(copy, askedAt) : known.minute,
        row: known?.row,
        isFresh: true,
        era,
      })
      hashes.set(copy.keyId, hash)
    },
    drop(keyId) {
      const held = byHash.get(hashes.get(keyId) ?? '')
      if (held !== undefined) forget(held)
    },
    dropAll() {
      byHash.clear()
      hashes.clear()
    },
    endSlices() {
      era++
      batches.forgetSlices()
    },
    size: () => byHash.size,
  }
}

export function unusedSlice(keyId: string, resetAt: string, units: number): UnusedSlice {
  return { keyId, resetAt, units }
}

// Most keys have neither; a hundred thousand empty lists would only push others out of the cache.
const NONE: string[] = []

function withSharedLists(copy: KeyCopy): KeyCopy {
  const shared = (texts: string[]) => (texts.length === 0 ? NONE : texts)
  return { ...copy, scopes: shared(copy.scopes), allowedIps: shared(copy.allowedIps) }
}

/**
 * The clock here may be slower than the service's: a copy is trusted for so much less than its key
 * lives. Asked again after that, the key has a sixth of the time left, and so on to its end.
 */
function lifeOf({ expiresInMs }: KeyCopy, askedAt: Clock): Span {
  return expiresInMs === null ? ENDLESS : spanFrom(askedAt, expiresInMs / CLOCK_MARGIN)
}

function minuteOf({ slice, minuteEndsInMs }: KeyCopy, askedAt: Clock): Span {
  return slice > 0 ? spanFrom(askedAt, minuteEndsInMs / CLOCK_MARGIN) : OVER
}

function accepted(copy: KeyCopy, remaining: number): LeasedVerdict {
  return {
    valid: true,
    code: 'VALID',
    keyId: copy.keyId,
    organizationId: copy.organizationId,
    label: copy.label,
    environment: copy.environment,
    // The caller may change its own; the copy's decide.
    scopes: copy.scopes.length === 0 ? [] : copy.scopes.slice(),
    expiresAt: copy.expiresAt,
    rateLimit: { limit: copy.limit, remaining, resetAt: copy.resetAt },
    source: 'lease',
  }
}

function refused(code: RefusalCode): LeasedVerdict {
  return { valid: false, code, source: 'lease' }
}
