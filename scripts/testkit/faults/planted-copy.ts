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
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** A change of one step of the product. */
export type Change = { file: string; from: string; to: string }

export type PlantedCopy = { dir: string; remove(): void }

/**
 * The text of a file with the change in it.
 *
 * @throws {Error} for a change that does not fit the sources any more
 */
export function changed({ file, from, to }: Change, dir = root): string {
  const text = readFileSync(join(dir, file), 'utf8')
  if (text.split(from).length !== 2) throw new Error(`${file} does not have exactly once: ${from}`)
  return text.replace(from, () => to)
}

/**
 * A copy of some sources with changes in it. So the product has no switch that turns a promise off.
 *
 * @param parts files and folders from the project's root, which import each other and packages
 * @throws {Error} for a change that does not fit the sources any more
 */
export function plantedCopy(parts: readonly string[], changes: readonly Change[]): PlantedCopy {
  const dir = mkdtempSync(join(tmpdir(), 'planted-'))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  try {
    for (const part of parts) {
      mkdirSync(dirname(join(dir, part)), { recursive: true })
      // Links between packages are relative, and lead to the copy.
      cpSync(join(root, part), join(dir, part), { recursive: true, verbatimSymlinks: true })
    }
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
    for (const change of changes) writeFileSync(join(dir, change.file), changed(change, dir))
    return { dir, remove }
  } catch (error) {
    remove()
    throw error
  }
}
