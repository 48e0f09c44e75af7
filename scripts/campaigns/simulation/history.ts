import type { SimulatedKey } from './database.ts'

/** The promises that a schedule may break. */
export type Rule =
  | 'stale yes'
  | 'accepted after its expiry'
  | 'budget exceeded'
  | 'counted twice'
  | 'held up'
  | 'no lease'
  | 'late answer'
  | 'no answer'
  | 'uses lost'

export type Wait = { organizationId: string; committedAt: number; waitMs: number }

export type Finding = { rule: Rule; at: number; detail: string }

/** The answers and acceptances of one schedule, and the promises that they broke. */
export class History {
  readonly findings: Finding[] = []
  /** When the end of a key was answered. */
  readonly #endedAt = new Map<string, number>()
  readonly #committedAt = new Map<string, number>()
  readonly #accepted = new Map<string, number>()
  readonly #usedByLease = new Map<string, number>()
  readonly #counted = new Map<string, number>()
  readonly #hasClones: boolean
  leased = 0
  asked = 0
  answered = 0
  /** Of changes that were answered. */
  readonly waits: Wait[] = []

  /** @param hasClones a clone may count again what was not sent yet when it was made */
  constructor(hasClones: boolean) {
    this.#hasClones = hasClones
  }

  revokeAnswered(key: SimulatedKey, at: number, committedAt: number): void {
    this.answered++
    const { organizationId } = key
    this.waits.push({ organizationId, committedAt, waitMs: at - committedAt })
    const before = this.#endedAt.get(key.id)
    if (before === undefined || at < before) this.#endedAt.set(key.id, at)
  }

  revokeCommitted(key: SimulatedKey, at: number): void {
    if (!this.#committedAt.has(key.id)) this.#committedAt.set(key.id, at)
  }

  /** How long the change that waits longest has waited for its answer. */
  waitingMs(now: number): number {
    const waiting = [...this.#committedAt].filter(([id]) => !this.#endedAt.has(id))
    return Math.max(0, ...waiting.map(([, at]) => now - at))
  }

  /** A token may not ask about an organization any more. */
  narrowed(tokenId: string, organizationId: string, at: number): void {
    this.#endedAt.set(`${tokenId} ${organizationId}`, at)
  }

  /** A call that began then was accepted. */
  accepted(
    key: SimulatedKey,
    tokenId: string,
    beganAt: number,
    source: 'lease' | 'service',
    minute: number,
  ): void {
    const endedAt = Math.min(
      this.#endedAt.get(key.id) ?? Infinity,
      this.#endedAt.get(`${tokenId} ${key.organizationId}`) ?? Infinity,
    )
    if (endedAt < beganAt)
      this.report('stale yes', beganAt, `${key.id} by ${source}, ended at ${endedAt.toFixed(1)}`)
    if (key.expiresAt <= beganAt)
      this.report('accepted after its expiry', beganAt, `${key.id} by ${source}`)
    const name = `${key.id} ${minute}`
    const taken = (this.#accepted.get(name) ?? 0) + 1
    this.#accepted.set(name, taken)
    if (taken > key.limit)
      this.report('budget exceeded', beganAt, `${key.id}: ${taken} of ${key.limit}`)
    if (source === 'service') this.asked++
    else {
      this.leased++
      this.#usedByLease.set(key.id, (this.#usedByLease.get(key.id) ?? 0) + 1)
    }
  }

  counted(keyId: string, count: number, at: number): void {
    const counted = (this.#counted.get(keyId) ?? 0) + count
    this.#counted.set(keyId, counted)
    const used = this.#usedByLease.get(keyId) ?? 0
    if (counted > used && !this.#hasClones)
      this.report('counted twice', at, `${keyId}: ${counted} of ${used}`)
  }

  /** Uses by leases that were never counted. */
  uncounted(): number {
    const sum = (counts: Map<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0)
    return sum(this.#usedByLease) - sum(this.#counted)
  }

  report(rule: Rule, at: number, detail: string): void {
    if (this.findings.length < 5) this.findings.push({ rule, at, detail })
  }
}
