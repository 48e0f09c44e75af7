import { setTimeout as delay } from 'node:timers/promises'
import { asError } from '../../../lib/caught.ts'
import type { Db } from '../../../store/schema/database.ts'
import { deleteStillNode, listNodes } from './lease-nodes.store.ts'
import { watchNodeRows } from './node-rows.ts'

const LOOK_MS = 10

/**
 * Resolves when no verifier of another node trusts a copy of these organizations' keys from before a
 * change that is committed.
 */
export type AwaitNodes = (seq: number, organizationIds: readonly string[] | null) => Promise<void>

/**
 * Waits for the other nodes of a deployment on PostgreSQL.
 *
 * @param own names this process's own node; undefined where it has none
 */
export function awaitNodesOf(db: Db, own: () => string | undefined = () => undefined): AwaitNodes {
  const nodes = watchNodeRows(own)
  let isLooking = false

  /** Looks for all that wait at once, however many they are. */
  async function look(): Promise<void> {
    isLooking = true
    try {
      while (nodes.isWaiting()) {
        const reading = nodes.beginReading()
        const stillRows = nodes.observe(await listNodes(db), reading, performance.now())
        for (const row of stillRows) if (await deleteStillNode(db, row)) nodes.deleted(row.node)
        if (nodes.isWaiting()) await delay(LOOK_MS)
      }
    } catch (error) {
      nodes.fail(asError(error))
    } finally {
      isLooking = false
    }
  }

  return (seq, organizationIds) => {
    const reply = Promise.withResolvers<void>()
    nodes.wait(seq, organizationIds, reply)
    if (!isLooking) void look()
    return reply.promise
  }
}
