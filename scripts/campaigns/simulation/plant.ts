import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Change } from './faults.ts'
import { machines, type Machines } from './machines.ts'

const root = join(import.meta.dirname, '../../..')

/** What the machines are made of. */
const parts = [
  'server/src/features/leases',
  'shared/client/leases',
  'shared/src',
  'shared/package.json',
]

/**
 * The machines as the changes make them, from a copy of the sources. So the product has no switch
 * that turns a promise off.
 *
 * @throws {Error} for a change that does not fit the sources any more
 */
export async function machinesWith(changes: readonly Change[]): Promise<Machines> {
  if (changes.length === 0) return machines
  const copy = mkdtempSync(join(tmpdir(), 'lease-faults-'))
  try {
    for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true })
    writeFileSync(join(copy, 'package.json'), '{"type":"module"}')
    mkdirSync(join(copy, 'node_modules/@zentrix'), { recursive: true })
    symlinkSync(join(copy, 'shared'), join(copy, 'node_modules/@zentrix/shared'))
    for (const { file, from, to } of changes) {
      const text = readFileSync(join(copy, file), 'utf8')
      if (text.split(from).length !== 2)
        throw new Error(`${file} does not have exactly once: ${from}`)
      writeFileSync(
        join(copy, file),
        text.replace(from, () => to),
      )
    }
    const load = (file: string) => import(pathToFileURL(join(copy, file)).href)
    return {
      ...(await load('server/src/features/leases/lease-book.ts')),
      ...(await load('server/src/features/leases/node-rows.ts')),
      ...(await load('shared/client/leases/lease-holder.ts')),
    }
  } finally {
    rmSync(copy, { recursive: true })
  }
}
