import { MAX_ROWS_OF_POLL } from '../../src/lease-times.ts'
import { DAY_MS } from '../../src/moment.ts'
import type { LeaseUse, UnusedSlice } from '../../src/leases.ts'

/** So many rows wait at most; then the service is asked, which counts for itself. */
const MAX_ROWS_WAITING = 100_000

/** Uses of one key, with one outcome, from one address; counted up until a poll takes it. */
export type UseRow = {
  keyId: string
  code: LeaseUse['code']
  ip: string | null
  count: number
  lastMonoMs: number
  isTaken: boolean
}

/** What a poll brings back. Sent again, it is the same under the same number. */
export type Batch = { batch: number; uses: LeaseUse[]; unused: UnusedSlice[] }

export type UseBatches = {
  /** Counts a use; `row` is where the same use was counted last. @returns where it is counted now */
  note(
    row: UseRow | undefined,
    keyId: string,
    code: LeaseUse['code'],
    ip: string | null,
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
  /** What an answer says about the batch that was sent with its poll. */
  settle(counted: number | null): void
  /** How many uses were sent, and perhaps not counted, as the service did not know any more. */
  lost(): number
}

export function makeUseBatches(): UseBatches {
  let rows: UseRow[] = []
  let unused: UnusedSlice[] = []
  let sent: Batch | undefined
  /** How often it was sent; 0 once the service said that it was not counted. */
  let timesSent = 0
  let lastBatch = 0
  let lost = 0
  let open = new Map<string, UseRow>()

  function rowFor(
    keyId: string,
    code: LeaseUse['code'],
    ip: string | null,
    monoMs: number,
  ): UseRow {
    const name = `${keyId} ${code} ${ip}`
    const known = open.get(name)
    if (known !== undefined) return known
    const row = { keyId, code, ip, count: 0, lastMonoMs: monoMs, isTaken: false }
    open.set(name, row)
    rows.push(row)
    return row
  }

  return {
    note(last, keyId, code, ip, monoMs) {
      const isSame = last !== undefined && !last.isTaken && last.code === code && last.ip === ip
      const row = isSame ? last : rowFor(keyId, code, ip, monoMs)
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
    hasMore: () => rows.length > (sent === undefined ? MAX_ROWS_OF_POLL : 0),
    isFull: () => rows.length >= MAX_ROWS_WAITING,
    take(monoMs) {
      timesSent++
      if (sent === undefined) {
        timesSent = 1
        const taken = rows.slice(0, MAX_ROWS_OF_POLL)
        for (const row of taken) row.isTaken = true
        rows = rows.slice(MAX_ROWS_OF_POLL)
        open = rows.length === 0 ? new Map() : open
        for (const { keyId, code, ip } of taken) open.delete(`${keyId} ${code} ${ip}`)
        const slices = unused.slice(0, MAX_ROWS_OF_POLL)
        unused = unused.slice(MAX_ROWS_OF_POLL)
        if (taken.length > 0 || slices.length > 0)
          sent = {
            batch: ++lastBatch,
            uses: taken.map((row) => toUse(row, monoMs)),
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

function toUse({ keyId, code, ip, count, lastMonoMs }: UseRow, monoMs: number): LeaseUse {
  const agoMs = Math.min(DAY_MS, Math.max(0, Math.round(monoMs - lastMonoMs)))
  return { keyId, code, ip, count, agoMs }
}
