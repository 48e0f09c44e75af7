import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { runGit } from './run-git.ts'

export type Introduction = {
  commit: string
  path: string
  /** How many commits come before it, when no commit comes before those that build on it. */
  age: number
}

const HISTORY = [
  'log',
  '--all',
  '--reflog',
  '--topo-order',
  '--format=%H',
  '--raw',
  '--no-abbrev',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '-m',
]

/**
 * The oldest commit that brought each of some objects, and the path it had there. What no commit
 * reaches any longer is missing.
 */
export async function findCommits(
  gitFolder: string,
  searchPath: string | undefined,
  objectIds: Set<string>,
): Promise<Map<string, Introduction>> {
  const found = new Map<string, Introduction>()
  let commit = ''
  let age = 0
  const output = Readable.from(runGit(gitFolder, searchPath, HISTORY))
  // Newest first, so the last one stays.
  for await (const line of createInterface({ input: output })) {
    if (/^[0-9a-f]{40,64}$/.test(line)) {
      commit = line
      age++
    } else if (line.startsWith(':')) {
      const [change = '', path = ''] = line.split('\t')
      const objectId = change.split(' ')[3] ?? ''
      if (objectIds.has(objectId)) found.set(objectId, { commit, path, age })
    }
  }
  return found
}
