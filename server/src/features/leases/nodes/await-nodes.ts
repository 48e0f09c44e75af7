import { setTimeout as delay } from 'node:timers/promises'
import { asError } from '../../../lib/caught.ts'
import type { Db } from '../../../store/schema/database.ts'
import { deleteStillNode, listNodes } from './lease-nodes.store.ts'
import { watchNodeRows, type NodeRow } from './node-rows.ts'

const LOOK_MS = 10

type Waiting = { seq: number; committedAtMs: number; reply: PromiseWithResolvers<void> }

/** Resolves when no verifier of another node trusts a copy from before a change that is committed. */
export type AwaitNodes = (seq: number) => Promise<void>

/**
 * Waits for the other nodes of a deployment on PostgreSQL. A node whose beat has stood still for as
 * long as a lease may run is given up, and its row is deleted before that counts. Otherwise a beat
 * could be under way that was sent after the one we saw, read the log before the change, and comes
 * through when the change is answered: its node would grant leases that do not know of it.
 *
 * @param own names this process's own node; undefined where it has none
 */
export function awaitNodesOf(db: Db, own: () => string | undefined = () => undefined): AwaitNodes {
  const others = watchNodeRows('')
  const waiting = new Set<Waiting>()
  let isLooking = false

  /** Looks for all that wait at once, however many they are. */
  async function look(): Promise<void> {
    isLooking = true
    try {
      while (waiting.size > 0) {
        const sentAtMs = performance.now()
        const rows = (await listNodes(db)).filter(({ node }) => node !== own())
        others.observe(rows, sentAtMs, performance.now())
        for (const one of waiting) if (await isSettled(one, rows)) settle(one)
        if (waiting.size > 0) await delay(LOOK_MS)
      }
    } catch (error) {
      for (const { reply } of waiting) reply.reject(asError(error))
      waiting.clear()
    } finally {
      isLooking = false
    }
  }

  async function isSettled({ seq, committedAtMs }: Waiting, rows: NodeRow[]): Promise<boolean> {
    if (!others.confirmedThrough(seq, committedAtMs, performance.now())) return false
    const givenUp = rows.filter(({ confirmed }) => confirmed < seq)
    const areGone = await Promise.all(givenUp.map((row) => deleteStillNode(db, row)))
    return !areGone.includes(false)
  }

  function settle(one: Waiting): void {
    waiting.delete(one)
    one.reply.resolve()
  }

  return (seq) => {
    const reply = Promise.withResolvers<void>()
    waiting.add({ seq, committedAtMs: performance.now(), reply })
    if (!isLooking) void look()
    return reply.promise
  }
}
