import { LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'

/** What a node says of itself in the database, several times within a lease. */
export type NodeRow = {
  node: string
  /** Counts its beats. */
  beat: number
  /** The last change that all its sessions have confirmed; not what it has read. */
  confirmed: number
}

/** The other nodes, as one node that changes keys sees them. */
export type NodeRows = {
  /**
   * Numbers a reading of the rows, before it is sent. Numbers and not times: the clock of a machine
   * that is frozen between reading and commit stands still.
   */
  beginReading(): number
  /** @param nowMs by our monotonic clock */
  observe(rows: readonly NodeRow[], reading: number, nowMs: number): void
  /** The last reading that was begun. A change waits for a later one than at its commit. */
  lastReading(): number
  /**
   * Whether no session of another node trusts a copy from before this change any more.
   *
   * @param lastReading as it was when we knew that the change was committed: rows read before may
   *   lack a node that granted leases since
   */
  confirmedThrough(seq: number, lastReading: number, nowMs: number): boolean
}

export function watchNodeRows(own: string): NodeRows {
  type Seen = NodeRow & { stillSinceMs: number }
  let others = new Map<string, Seen>()
  let begun = 0
  let observed = 0

  return {
    beginReading: () => ++begun,
    lastReading: () => begun,
    observe(rows, reading, nowMs) {
      if (reading < observed) return
      observed = reading
      const seen = rows.filter(({ node }) => node !== own)
      others = new Map(
        seen.map((row) => {
          const before = others.get(row.node)
          const stillSinceMs = before?.beat === row.beat ? before.stillSinceMs : nowMs
          return [row.node, { ...row, stillSinceMs }]
        }),
      )
    },
    confirmedThrough(seq, lastReading, nowMs) {
      if (observed <= lastReading) return false
      for (const { confirmed, stillSinceMs } of others.values())
        if (confirmed < seq && nowMs - stillSinceMs < LEASE_WAIT_MS) return false
      return true
    },
  }
}
