import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'
import type { Random } from '../../../testkit/load/random.ts'

const PAGE_BYTES = 4096

/** Writes nonsense over pages of a file: all of them, or from one to all, as chance has it. */
export function overwritePages(path: string, random: Random, extent?: 'whole'): void {
  const file = openSync(path, 'r+')
  const pages = Math.ceil(fstatSync(file).size / PAGE_BYTES)
  const share = extent === 'whole' ? 1 : random.pick([0.1, 0.5, 1])
  for (let page = 0; page < pages; page++)
    if (extent === 'whole' || random.chance(share))
      writeSync(file, nonsense(random), 0, PAGE_BYTES, page * PAGE_BYTES)
  closeSync(file)
}

function nonsense(random: Random): Buffer {
  if (random.chance(0.3)) return Buffer.alloc(PAGE_BYTES) // as a disk that lost it
  return Buffer.from(Array.from({ length: PAGE_BYTES }, () => random.between(0, 255)))
}
