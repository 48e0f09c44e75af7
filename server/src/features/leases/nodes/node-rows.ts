// The rows of the nodes that grant leases, as a process sees them that has changed a key. Without
// I/O: `await-nodes.ts` reads and deletes rows, and so does the simulation.
import { LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import { confirmedFor, type Confirmed } from '../confirmations.ts'

/** A node's row in the database, written several times within a lease. */
export type NodeRow = Confirmed & {
  node: string
  /** Counts its beats. */
  beat: number
}

/** A change whose answer waits until no node holds it up. */
export type Reply = { resolve(): void; reject(error: Error): void }

/** The changes that wait for the nodes. */
export type NodeRows = {
  /**
   * Waits until no session of another node trusts a copy of these organizations' keys from before
   * this change. The change is committed already: rows that were read before may lack a node that
   * has granted leases since.
   *
   * @param organizationIds null means all
   */
  wait(seq: number, organizationIds: readonly string[] | null, reply: Reply): void
  isWaiting(): boolean
  /**
   * Numbers a reading of the rows, before it is sent. Numbers and not times: the clock of a machine
   * that is frozen between reading and commit stands still.
   */
  beginReading(): number
  /**
   * Takes the rows that were read, and resolves what they do not hold up.
   *
   * @param nowMs by our monotonic clock
   * @returns rows that hold something up, and have stood still for as long as a lease may run: they
   *   are to be deleted
   */
  observe(rows: readonly NodeRow[], reading: number, nowMs: number): NodeRow[]
  /**
   * A row is gone that had stood still. Not before that is the node given up: a beat could be under
   * way that was sent after the one we saw, read the log before the change, and comes through when
   * the change is answered. Its node would grant leases that do not know of it.
   */
  deleted(node: string): void
  /** Nothing can be read: everything that waits fails. */
  fail(error: Error): void
}

type Waiting = {
  seq: number
  organizationIds: readonly string[] | null
  /** The last reading that was begun when the change was known to be committed. */
  reading: number
  reply: Reply
}
type Seen = NodeRow & { stillSinceMs: number }

/** @param own names this process's own node; undefined where it has none */
export function watchNodeRows(own: () => string | undefined): NodeRows {
  let others = new Map<string, Seen>()
  let waiting: Waiting[] = []
  let begun = 0
  let observed = 0

  function isHeldUpBy(row: NodeRow, { seq, organizationIds }: Waiting): boolean {
    return confirmedFor(row, organizationIds) < seq
  }

  function resolveSettled(): void {
    const rows = [...others.values()]
    waiting = waiting.filter((one) => {
      if (observed <= one.reading || rows.some((row) => isHeldUpBy(row, one))) return true
      one.reply.resolve()
      return false
    })
  }

  return {
    wait: (seq, organizationIds, reply) =>
      void waiting.push({ seq, organizationIds, reading: begun, reply }),
    isWaiting: () => waiting.length > 0,
    beginReading: () => ++begun,
    observe(rows, reading, nowMs) {
      if (reading < observed) return []
      observed = reading
      const seen = rows.filter(({ node }) => node !== own())
      others = new Map(
        seen.map((row) => {
          const before = others.get(row.node)
          const stillSinceMs = before?.beat === row.beat ? before.stillSinceMs : nowMs
          return [row.node, { ...row, stillSinceMs }]
        }),
      )
      resolveSettled()
      return [...others.values()].filter(
        (row) =>
          nowMs - row.stillSinceMs >= LEASE_WAIT_MS && waiting.some((one) => isHeldUpBy(row, one)),
      )
    },
    deleted(node) {
      others.delete(node)
      resolveSettled()
    },
    fail(error) {
      for (const { reply } of waiting) reply.reject(error)
      waiting = []
    },
  }
}
