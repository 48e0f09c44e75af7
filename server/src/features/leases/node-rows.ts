import { LEASE_WAIT_MS } from '@zentrix/shared/lease-times.ts'

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
  /** @param sentAtMs when the reading was sent; as `nowMs`, by our monotonic clock */
  observe(rows: readonly NodeRow[], sentAtMs: number, nowMs: number): void
  /**
   * Whether no session of another node trusts a copy from before this change any more.
   *
   * @param committedAtMs when we knew that it was committed: rows read before it may lack a node
   *   that granted leases since
   */
  confirmedThrough(seq: number, committedAtMs: number, nowMs: number): boolean
}

export function watchNodeRows(own: string): NodeRows {
  type Seen = NodeRow & { stillSinceMs: number }
  let others = new Map<string, Seen>()
  let readSentAtMs = -Infinity

  return {
    observe(rows, sentAtMs, nowMs) {
      if (sentAtMs < readSentAtMs) return
      readSentAtMs = sentAtMs
      const seen = rows.filter(({ node }) => node !== own)
      others = new Map(
        seen.map((row) => {
          const before = others.get(row.node)
          const stillSinceMs = before?.beat === row.beat ? before.stillSinceMs : nowMs
          return [row.node, { ...row, stillSinceMs }]
        }),
      )
    },
    confirmedThrough(seq, committedAtMs, nowMs) {
      if (readSentAtMs < committedAtMs) return false
      for (const { confirmed, stillSinceMs } of others.values())
        if (confirmed < seq && nowMs - stillSinceMs < LEASE_WAIT_MS) return false
      return true
    },
  }
}
