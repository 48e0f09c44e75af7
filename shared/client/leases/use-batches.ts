import { MAX_ROWS_OF_POLL, MAX_SCOPE_BYTES_OF_POLL } from '../../src/verification/lease-times.ts'
import { DAY_MS } from '../../src/moment.ts'
import type { LeaseUse, UnusedSlice } from '../../src/verification/leases.ts'

/**
 * So many rows wait at most, more than there are copies; then the service is asked, which counts for
 * itself.
 */
const MAX_ROWS_WAITING = 250_000
const MAX_SCOPES_WAITING = 250_000

const NO_SCOPES: readonly string[] = []

/** Uses of one key, with one outcome, from one address; counted up until a poll takes it. */
export type UseRow = {
  keyId: string
  code: LeaseUse['code']
  ip: string | null
  /** Those that each of these refused uses asked for; none of an accepted one. */
  scopes: readonly string[]
  count: number
  lastMonoMs: number
  isTaken: boolean
}

/** The uses that a poll reports. Sent again, a batch has the same number. */
export type Batch = { batch: number; uses: LeaseUse[]; unused: UnusedSlice[] }

export type UseBatches = {
  /** Counts a use; `row` is where the same use was counted last. @returns where it is counted now */
  note(
    row: UseRow | undefined,
    keyId: string,
    code: LeaseUse['code'],
    ip: string | null,
    scopes: readonly string[],
    monoMs: number,
  ): UseRow
  /** Gives units of a slice back, with the next batch. */
  giveBack(slice: UnusedSlice): void
  /** Slices of a session that is over are not given back: its clone may hold them too. */
  forgetSlices(): void
  isFull(): boolean
  /** Whether uses wait that the next batch will not take along. */
  hasMore(): boolean
  /** The batch to send: the last one, if nobody knows what became of it. */
  take(monoMs: number): Batch
  /** The answer about the batch that was sent with its poll. */
  settle(counted: number | null): void
  /** How many uses were sent, and perhaps not counted, as the service did not know any more. */
  lost(): number
}

export function makeUseBatches(): UseBatches {
  /** Those that wait, from `taken` on: to move all of them with each poll would take too long. */
  let rows: UseRow[] = []
  let taken = 0
  let scopesWaiting = 0
  let unused: UnusedSlice[] = []
  let sent: Batch | undefined
  /** How often it was sent; 0 once the service said that it was not counted. */
  let timesSent = 0
  let lastBatch = 0
  let lost = 0
  const others = new Map<string, UseRow>()

  function newRow(
    keyId: string,
    code: LeaseUse['code'],
    ip: string | null,
    asked: readonly string[],
    ms: number,
  ): UseRow {
    // A copy, since the caller may change its own list.
    const scopes = asked.length === 0 ? NO_SCOPES : asked.slice()
    const row = { keyId, code, ip, scopes, count: 0, lastMonoMs: ms, isTaken: false }
    scopesWaiting += scopes.length
    rows.push(row)
    return row
  }

  /** Where the rows end that the next poll brings. */
  function endOfPart(): number {
    const last = Math.min(rows.length, taken + MAX_ROWS_OF_POLL)
    let bytes = 0
    for (let end = taken; end < last; end++) {
      bytes += bytesOf(rows[end]?.scopes ?? NO_SCOPES)
      if (bytes > MAX_SCOPE_BYTES_OF_POLL) return end
    }
    return last
  }

  function takeRows(): UseRow[] {
    const part = rows.slice(taken, endOfPart())
    for (const row of part) {
      row.isTaken = true
      scopesWaiting -= row.scopes.length
    }
    taken += part.length
    if (taken === rows.length) others.clear()
    if (2 * taken < rows.length) return part
    rows = rows.slice(taken)
    taken = 0
    return part
  }

  /** A key that is used in turns from several addresses has a row for each. */
  function otherRow(
    keyId: string,
    code: LeaseUse['code'],
    ip: string | null,
    scopes: readonly string[],
    ms: number,
  ): UseRow {
    const name = `${keyId} ${code} ${ip} ${scopes.join(' ')}`
    const known = others.get(name)
    if (known !== undefined && !known.isTaken) return known
    const row = newRow(keyId, code, ip, scopes, ms)
    if (others.size >= MAX_ROWS_WAITING) others.clear()
    others.set(name, row)
    return row
  }

  return {
    note(last, keyId, code, ip, scopes, monoMs) {
      const open = last?.isTaken === false ? last : newRow(keyId, code, ip, scopes, monoMs)
      const isSame = open.code === code && open.ip === ip && isSameList(open.scopes, scopes)
      const row = isSame ? open : otherRow(keyId, code, ip, scopes, monoMs)
      row.count++
      row.lastMonoMs = monoMs
      return row
    },
    giveBack(slice) {
      if (unused.length < MAX_ROWS_WAITING) unused.push(slice)
    },
    forgetSlices() {
      unused = []
      if (sent !== undefined) sent.unused = []
    },
    hasMore: () => rows.length > (sent === undefined ? endOfPart() : taken),
    isFull: () => rows.length - taken >= MAX_ROWS_WAITING || scopesWaiting >= MAX_SCOPES_WAITING,
    take(monoMs) {
      timesSent++
      if (sent === undefined) {
        timesSent = 1
        const part = takeRows()
        const slices = unused.splice(0, MAX_ROWS_OF_POLL)
        if (part.length > 0 || slices.length > 0)
          sent = {
            batch: ++lastBatch,
            uses: part.map((row) => toUse(row, monoMs)),
            unused: slices,
          }
      }
      return sent ?? { batch: lastBatch, uses: [], unused: [] }
    },
    settle(counted) {
      if (sent === undefined) return
      const isCounted = counted !== null && counted >= sent.batch
      // Sent more than once, to a service that does not know the session: one that ran before it
      // may have counted it. To lose half a second of counts is better than to count it twice.
      const isDoubtful = counted === null && timesSent > 1
      if (isDoubtful) for (const { count } of sent.uses) lost += count
      if (isCounted || isDoubtful) sent = undefined
      else timesSent = 0
    },
    lost: () => lost,
  }
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, at) => text === other[at])
}

/** The bytes of scopes in a body: none of their characters is escaped. */
function bytesOf(scopes: readonly string[]): number {
  return scopes.reduce((bytes, scope) => bytes + scope.length + '"",'.length, 0)
}

function toUse({ keyId, code, ip, scopes, count, lastMonoMs }: UseRow, monoMs: number): LeaseUse {
  const agoMs = Math.min(DAY_MS, Math.max(0, Math.round(monoMs - lastMonoMs)))
  const asked = scopes.length === 0 ? {} : { scopes }
  return { keyId, code, ip, ...asked, count, agoMs }
}
