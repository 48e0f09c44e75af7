import type { LogEntry } from '../../../server/src/features/leases/lease-session.ts'
import type { LogRead } from '../../../server/src/features/leases/changes/recent-changes.ts'
import type { NodeRow } from '../../../server/src/features/leases/nodes/node-rows.ts'
import type { KeyCopy } from '../../../shared/src/verification/leases.ts'
import type { World } from './world.ts'

export const MINUTE_MS = 60_000

export type SimulatedKey = {
  id: string
  organizationId: string
  isRevoked: boolean
  limit: number
  /** By true time, which is also the time of the service. */
  expiresAt: number
  /** Units taken, by minute. */
  taken: Map<number, number>
}

export type SimulatedToken = { id: string; organizationIds: string[] | null }

/** The state that all nodes share: rows as committed, and the log of changes. */
export class Database {
  readonly keys: SimulatedKey[]
  readonly rows = new Map<string, NodeRow>()
  /** Rows with a beat under way, which a deletion waits for. */
  readonly beating = new Set<string>()
  hasMark = false
  /** Nothing is read or written before then. */
  stalledUntil = 0
  readonly #world: World
  readonly #log: LogEntry[] = []
  #lastNumber = 0

  constructor(world: World, keys: SimulatedKey[]) {
    this.#world = world
    this.keys = keys
  }

  head(): number {
    return this.#log.at(-1)?.seq ?? 0
  }

  /** Entries that a reader finds behind `after`: committed, and numbered above it. */
  read(after: number): LogRead {
    const entries = this.#log.filter(({ seq }) => seq > after)
    return { after, entries, head: Math.max(after, this.head()) }
  }

  /** The next number of the log. Taken where a transaction commits, it follows the commits. */
  takeNumber(): number {
    return ++this.#lastNumber
  }

  commitRevoked(key: SimulatedKey, seq: number): number {
    key.isRevoked = true
    return this.#append({ seq, organizationId: key.organizationId, keyId: key.id })
  }

  commitToken(token: SimulatedToken, organizationIds: string[] | null, seq: number): number {
    token.organizationIds = organizationIds
    return this.#append({ seq, tokenId: token.id, hasOtherOrganizations: true })
  }

  #append(entry: LogEntry): number {
    this.#log.push(entry)
    if (this.#log.length > 1) this.#log.sort((one, other) => one.seq - other.seq)
    return entry.seq
  }

  minute(): number {
    return Math.floor(this.#world.now / MINUTE_MS)
  }

  /** Takes from the budget of this minute, if it fits. */
  take(key: SimulatedKey, cost: number): boolean {
    const taken = key.taken.get(this.minute()) ?? 0
    if (taken + cost > key.limit) return false
    key.taken.set(this.minute(), taken + cost)
    return true
  }

  giveBack(keyId: string, resetAt: string, units: number): void {
    const minute = Number(resetAt)
    const key = this.keys.find(({ id }) => id === keyId)
    if (!key || minute !== this.minute()) return
    key.taken.set(minute, Math.max(0, (key.taken.get(minute) ?? 0) - units))
  }

  /** A verifier's copy, with a slice that was taken from the budget already. */
  copyOf(key: SimulatedKey, slice: number): KeyCopy {
    return {
      asOf: this.head(),
      keyId: key.id,
      organizationId: key.organizationId,
      label: '',
      environment: 'production',
      scopes: [],
      allowedIps: [],
      enabled: true,
      revoked: key.isRevoked,
      limit: key.limit,
      expiresAt: null,
      expiresInMs: key.expiresAt === Infinity ? null : key.expiresAt - this.#world.now,
      slice,
      minuteEndsInMs: (this.minute() + 1) * MINUTE_MS - this.#world.now,
      resetAt: `${this.minute()}`,
    }
  }
}
