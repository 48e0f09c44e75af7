import { copyFileSync, existsSync, renameSync } from 'node:fs'
import { ownSqliteFile, prepareSqliteFiles } from '../sqlite/prepare-files.ts'
import { usagePath } from '../sqlite/usage/usage-tables.ts'
import { adoptCopy } from '../adopt/adopt-copy.ts'
import { DatabaseError } from '../interface/open-database.ts'
import { fsyncPath } from '../../lib/fsync-path.ts'
import type { JobControl } from './job-control.ts'
import { writeWhole } from './write-whole.ts'

/**
 * Puts a copy in the place of a service's database.
 *
 * @returns where the files of the database that was there are kept; undefined when there was none
 * @throws {DatabaseError} when a service runs on it, or it is not to be replaced
 */
export async function putCopy(
  copy: string,
  path: string,
  { mayReplace, control }: { mayReplace: boolean; control: JobControl },
): Promise<string | undefined> {
  const release = ownSqliteFile(path)
  if (!release) throw new DatabaseError(`A service is running on ${path}: stop it first`)
  try {
    if (existsSync(path) && !mayReplace)
      throw new DatabaseError(`There is a database at ${path}; --force sets it aside`)
    const aside = await writeWhole(path, mayReplace, async (draft) => {
      copyFileSync(copy, draft)
      fsyncPath(draft)
      control.signal.throwIfAborted()
      return setAside(path)
    })
    prepareSqliteFiles(path)
    adoptCopy(path)
    return aside
  } finally {
    release()
  }
}

/** Renames all files of a database, journals included, so that none of them is taken for the new one's. */
function setAside(path: string): string | undefined {
  const at = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const aside = `${path.replace(/\.db$/, '')}-before-${at}.db`
  let isAny = false
  for (const [from, to] of [
    [path, aside],
    [usagePath(path), usagePath(aside)],
  ] as const)
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(`${from}${suffix}`)) {
        renameSync(`${from}${suffix}`, `${to}${suffix}`)
        isAny = true
      }
  return isAny ? aside : undefined
}
