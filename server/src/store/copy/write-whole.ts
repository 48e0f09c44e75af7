import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errorCode, explainFileError } from '../../lib/caught.ts'
import { OWNER_ONLY } from '../sqlite/usage/usage-tables.ts'
import { DatabaseError } from '../interface/open-database.ts'
import { fsyncPath } from '../../lib/fsync-path.ts'

/**
 * Has a file written under another name beside it, readable by its owner alone, and gives it its
 * name when it is whole and on the disk. If that fails, nothing is left; what a killed process has
 * left, the next one removes.
 *
 * @throws {DatabaseError} when there is such a file and it is not to be replaced, or the folder
 *   cannot be written
 */
export async function writeWhole<T>(
  path: string,
  mayReplace: boolean,
  write: (draft: string) => Promise<T>,
): Promise<T> {
  const assertFree = () => {
    if (!mayReplace && existsSync(path))
      throw new DatabaseError(`${path} is there already; --force replaces it`)
  }
  assertFree()
  removeAbandoned(path)
  const draft = `${path}.${process.pid}.part`
  try {
    makeOwnFile(draft, path)
    const result = await write(draft)
    fsyncPath(draft)
    assertFree()
    renameSync(draft, path)
    fsyncPath(dirname(path))
    return result
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm'])
      rmSync(`${draft}${suffix}`, { force: true })
  }
}

function removeAbandoned(path: string): void {
  const dir = dirname(path)
  if (!existsSync(dir)) return
  for (const name of readdirSync(dir)) {
    if (!name.startsWith(`${basename(path)}.`)) continue
    const pid = /^\.(\d+)\.part(?:-journal|-wal|-shm)?$/.exec(
      name.slice(basename(path).length),
    )?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dir, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}

function makeOwnFile(draft: string, path: string): void {
  try {
    closeSync(openSync(draft, 'wx', OWNER_ONLY))
  } catch (error) {
    const reason =
      errorCode(error) === 'ENOENT'
        ? `there is no folder ${dirname(path)}`
        : explainFileError(error)
    throw new DatabaseError(`Cannot write ${path}: ${reason}`)
  }
}
