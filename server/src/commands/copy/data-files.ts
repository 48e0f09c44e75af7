import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from '../../config/repository-root.ts'
import type { DatabasePlace } from '../../lib/database-place.ts'
import { openDatabase } from '../../store/open-database.ts'
import { CommandError } from '../command.ts'

/** Reads `FILE [--force]`. Relative paths count from the repository root. */
export function readFileArgs(args: string[]): { path: string; force: boolean } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { force: { type: 'boolean', default: false } },
  })
  const [file, ...rest] = positionals
  if (file === undefined || file === '' || rest.length > 0) throw new CommandError('Give one file')
  return { path: resolve(repositoryRoot, file), force: values.force }
}

/** Brings the schema of a database up to date, as any command does. */
export async function prepareDatabase(
  place: DatabasePlace,
  { mustExist }: { mustExist: boolean },
): Promise<void> {
  const database = await openDatabase(place, { as: 'command', mustExist })
  await database.close()
}
