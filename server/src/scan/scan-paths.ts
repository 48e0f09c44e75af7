import { realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { findCommits, type Introduction } from './find-commits.ts'
import type { ImportedKeys } from './imported-keys.ts'
import { printablePath } from './printable-path.ts'
import { GitError, runGit } from './run-git.ts'
import { scanFile } from './scan-file.ts'
import { scanHistory, type FoundInObject } from './scan-history.ts'
import { emptyScan, noteFound, TooManyError, type ScanTally } from './scan-tally.ts'
import { secretFinder } from './secret-finder.ts'
import { codeOf, walkTree } from './walk-tree.ts'
import { asError } from '../lib/caught.ts'

const MAX_IN_HISTORY = 1_000_000

export type ScanOptions = {
  /** Whether the histories of repositories are read: those found, or also one that a path is in. */
  git: 'none' | 'found' | 'around'
  /** Keys to be found whatever their shape. */
  imported?: ImportedKeys | undefined
  /** Where git is looked for. */
  searchPath: string | undefined
  /** Called often, with what there is so far. */
  tell(scan: ScanTally): void
}

/**
 * Finds what looks like a key or a service token in files, and in the histories of the git
 * repositories among them.
 *
 * @throws what the file system says of a path that is not there
 */
export async function scanPaths(paths: string[], options: ScanOptions): Promise<ScanTally> {
  const scan = emptyScan()
  const gitFolders = new Set<string>()
  for (const path of paths) {
    const count = gitFolders.size
    for (const found of scanTree(path, scan, options)) await addGitFolder(found)
    if (options.git === 'around' && gitFolders.size === count)
      await addGitFolder({ folder: folderOf(path), isLink: true })
  }
  if (options.git !== 'none') for (const folder of gitFolders) await scanGit(folder, scan, options)
  return scan

  async function addGitFolder({ folder, isLink }: GitPlace): Promise<void> {
    try {
      gitFolders.add(realpathSync(isLink ? await commonFolder(folder, options) : folder))
    } catch (error) {
      scan.unread.push({ path: printablePath(folder, options.imported), reason: reasonOf(error) })
    }
  }
}

type GitPlace = { folder: string; isLink: boolean }

function* scanTree(root: string, scan: ScanTally, options: ScanOptions): Generator<GitPlace> {
  const { imported } = options
  const tell = (bytes: number) => {
    scan.bytes += bytes
    options.tell(scan)
  }
  for (const entry of walkTree(root)) {
    const path = printablePath(entry.path, imported)
    for (const found of inName(entry.path, imported)) noteFound(scan, found, { path })
    if (entry.kind === 'unreadable') scan.unread.push({ path, reason: entry.code })
    else if (entry.kind !== 'file')
      yield { folder: entry.path.toString(), isLink: entry.kind === 'git-link' }
    else
      try {
        const isNamed = entry.path.toString() === root
        for (const found of scanFile(entry.path, secretFinder(imported), tell, isNamed))
          noteFound(scan, found, { path })
        scan.files++
      } catch (error) {
        if (!isFileFailure(error)) throw error
        scan.unread.push({ path, reason: codeOf(error) })
      }
  }
}

/** A file's name may be a key, too; that is said to be in line 0. */
function inName(path: Buffer, imported: ImportedKeys | undefined) {
  const finder = secretFinder(imported)
  const name = path.subarray(path.lastIndexOf('/') + 1)
  return [...finder.push(name), ...finder.end()].map((found) => ({ ...found, line: 0, column: 0 }))
}

/** Where the history is that a folder's worktree belongs to. */
async function commonFolder(folder: string, { searchPath }: ScanOptions): Promise<string> {
  let text = ''
  for await (const chunk of runGit({ in: folder }, searchPath, ['rev-parse', '--git-common-dir']))
    text += chunk.toString()
  return resolve(folder, text.trimEnd())
}

async function scanGit(folder: string, scan: ScanTally, options: ScanOptions): Promise<void> {
  const { searchPath, imported } = options
  const newFinder = () => secretFinder(imported)
  const found: FoundInObject[] = []
  try {
    for await (const each of scanHistory(folder, searchPath, newFinder, (bytes, isObject) => {
      scan.bytes += bytes
      if (isObject) scan.objects++
      options.tell(scan)
    })) {
      found.push(each)
      if (found.length > MAX_IN_HISTORY)
        throw new TooManyError(`too many keys in ${printablePath(folder, imported)}`)
    }
    if (found.length === 0) return
    const objectIds = new Set(found.map(({ objectId }) => objectId))
    noteHistory(scan, options, found, await findCommits(folder, searchPath, objectIds))
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    scan.unread.push({ path: printablePath(folder, imported), reason: error.message })
    noteHistory(scan, options, found, new Map())
  }
}

/** Of many versions of a file with the same key, the oldest is reported. */
function noteHistory(
  scan: ScanTally,
  { imported }: ScanOptions,
  found: FoundInObject[],
  commits: Map<string, Introduction>,
): void {
  const oldest = new Map<string, FoundInObject>()
  const nameOf = ({ objectId, type }: FoundInObject) =>
    commits.get(objectId)?.path ?? `${type} ${objectId}`
  const ageOf = ({ objectId }: FoundInObject) => commits.get(objectId)?.age ?? 0
  for (const each of found) {
    const place = `${each.secret} ${nameOf(each)}`
    const known = oldest.get(place)
    if (!known || ageOf(each) > ageOf(known)) oldest.set(place, each)
  }
  for (const each of oldest.values()) {
    const commit = commits.get(each.objectId)?.commit
    noteFound(scan, each, {
      path: printablePath(nameOf(each), imported),
      ...(commit !== undefined && { commit }),
    })
  }
}

function folderOf(path: string): string {
  return statSync(path).isDirectory() ? path : dirname(path)
}

function isFileFailure(error: unknown): boolean {
  return asError(error).syscall !== undefined
}

function reasonOf(error: unknown): string {
  return error instanceof GitError ? error.message : codeOf(error)
}
