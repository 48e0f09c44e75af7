import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { makeRandomId } from '../../../crypto/ids.ts'
import { logNowAndThen } from '../../../lib/log/log.ts'
import type { Db } from '../../../store/schema/database.ts'
import type { Confirmed } from '../confirmations.ts'
import type { Clock } from '../lease-session.ts'
import { beatNode, deleteNode, insertNode } from './lease-nodes.store.ts'

const BEAT_MS = 20

/** A node's messages to its process. */
export type NodeOptions = {
  db: Db
  log: Logger
  clock(): Clock
  /** The changes that its verifiers have confirmed. */
  confirmed(): Confirmed
  /** A beat came through, with the head of the log by then; reads what is new. */
  beaten(sentAt: Clock, head: number): Promise<void>
  /** Whether no lease can be running, nor is any asked for. */
  isIdle(): boolean
}

/** The place of a process among the nodes that grant leases. */
export type LeaseNode = {
  /** Its name among the nodes; undefined while it has none. */
  name(): string | undefined
  /** Resolves when leases may be granted, and beats from then on until it is idle. */
  join(): Promise<void>
  /** Beats no more. The row stays while leases may be running. */
  leave(): Promise<void>
}

/**
 * Every 20 ms one statement says that the node is there and what its verifiers have confirmed, and
 * reads where the log ends. No lease outlives the sending of the last beat that came through, so a
 * node that others have given up grants none.
 */
export function leaseNode({ db, log, clock, ...node }: NodeOptions): LeaseNode {
  const note = logNowAndThen(log, 'warn', 'no lease can be granted: the database fails')
  let name: string | undefined
  let joined: Promise<void> | undefined
  let beating: Promise<void> = Promise.resolve()
  const leaving = new AbortController()

  async function register(): Promise<void> {
    const fresh = makeRandomId()
    // Known before the row is there, so that this process never waits for itself.
    name = fresh
    await insertNode(db, fresh, node.confirmed())
    await beat()
  }

  async function beat(): Promise<void> {
    const sentAt = clock()
    const head = await beatNode(db, name ?? '', node.confirmed())
    if (head === undefined) return register() // others have given this node up
    await node.beaten(sentAt, head)
  }

  async function keepBeating(): Promise<void> {
    while (!leaving.signal.aborted && !node.isIdle()) {
      await delay(BEAT_MS)
      await beat().catch((error: unknown) => note(error))
    }
    await end()
  }

  async function end(): Promise<void> {
    if (!node.isIdle() || name === undefined) return
    const left = name
    // The next poll joins again, under another name.
    joined = undefined
    name = undefined
    await deleteNode(db, left).catch((error: unknown) => note(error))
  }

  return {
    name: () => name,
    join() {
      joined ??= register().then(
        () => void (beating = keepBeating()),
        (error: unknown) => {
          joined = undefined
          throw error
        },
      )
      return joined
    },
    async leave() {
      leaving.abort()
      await beating
    },
  }
}
