import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../store/schema/database.ts'
import { deleteStillNode, listNodes } from './lease-nodes.store.ts'
import { watchNodeRows } from './node-rows.ts'

const LOOK_MS = 10

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
  return async (seq) => {
    const readBefore = others.lastReading()
    for (;;) {
      const reading = others.beginReading()
      const rows = (await listNodes(db)).filter(({ node }) => node !== own())
      others.observe(rows, reading, performance.now())
      if (others.confirmedThrough(seq, readBefore, performance.now())) {
        const givenUp = rows.filter(({ confirmed }) => confirmed < seq)
        const areGone = await Promise.all(givenUp.map((row) => deleteStillNode(db, row)))
        if (!areGone.includes(false)) return
      }
      await delay(LOOK_MS)
    }
  }
}
