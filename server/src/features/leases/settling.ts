import type { OpenDatabase } from '../../store/interface/open-database.ts'
import { prepareHeadRead, prepareStandingRead } from './changes/changes.store.ts'
import type { Leases } from './leases.ts'

/** One number, 1 while this process may have leases out. */
export function makeLeaseFlag(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
}

/** Whether other processes may grant leases on the same database. */
export function hasOtherNodes({ dialect }: OpenDatabase): boolean {
  return dialect === 'postgres'
}

/**
 * Waits only where a lease may be out. The flag, and the nodes' rows, are looked at after the
 * change is committed; a lease that they do not show yet is granted with the log as it stands then.
 */
export function settling(
  database: OpenDatabase,
  flag: SharedArrayBuffer,
  settleThrough: Leases['settleThrough'],
): Leases['settle'] {
  const out = new Int32Array(flag)
  const isOut = () => Atomics.load(out, 0) !== 0
  if (hasOtherNodes(database)) {
    const readStanding = prepareStandingRead(database)
    return async (organizationIds) => {
      const { head, nodes } = await readStanding()
      if (nodes > 0 || isOut()) await settleThrough({ seq: head, organizationIds })
    }
  }
  const readHead = prepareHeadRead(database)
  return async (organizationIds) => {
    if (isOut()) await settleThrough({ seq: await readHead(), organizationIds })
  }
}
