import { setTimeout as delay } from 'node:timers/promises'
import { LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import type { OpenDatabase } from '../../store/interface/open-database.ts'
import { awaitNodesOf } from './nodes/await-nodes.ts'
import { prepareHeadRead } from './changes/changes.store.ts'
import { isMarked } from './lease-mark.ts'
import type { Leases } from './leases.ts'

/**
 * Leases as a command sees them that works beside the service, or after it has crashed. The service
 * reads the log of changes before it grants or renews a lease, so those that do not know of a change
 * have run out a while after its commit. On PostgreSQL the nodes say what they have confirmed.
 */
export function leasesBeside(database: OpenDatabase): Leases {
  const { db, committed, dialect } = database
  const readHead = prepareHeadRead(database)
  const awaitNodes = awaitNodesOf(db)
  const settle = async (organizationIds: readonly string[] | null) => {
    if (await isMarked(committed)) await delay(LEASE_WAIT_MS)
    if (dialect === 'postgres') await awaitNodes(await readHead(), organizationIds)
  }
  return {
    poll: async () => {
      throw new Error('A command grants no leases')
    },
    settle,
    settleThrough: ({ organizationIds }) => settle(organizationIds),
    stop: () => undefined,
    close: async () => undefined,
    running: () => 0,
  }
}
