import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { plantedCopy, type Change } from '../../testkit/faults/planted-copy.ts'
import { machines, type Machines } from './machines.ts'

/** The parts of the simulated machines. */
const parts = [
  'server/src/features/leases',
  'server/node_modules',
  'shared/client/leases',
  'shared/src',
  'shared/package.json',
]

/**
 * The machines as the changes make them.
 *
 * @throws {Error} for a change that does not fit the sources any more
 */
export async function machinesWith(changes: readonly Change[]): Promise<Machines> {
  if (changes.length === 0) return machines
  const { dir, remove } = plantedCopy(parts, changes)
  try {
    const load = (file: string) => import(pathToFileURL(join(dir, file)).href)
    return {
      ...(await load('server/src/features/leases/lease-book.ts')),
      ...(await load('server/src/features/leases/nodes/node-rows.ts')),
      ...(await load('shared/client/leases/lease-holder.ts')),
    }
  } finally {
    remove()
  }
}
