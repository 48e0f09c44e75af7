import { readObjects } from './read-objects.ts'
import { runGit } from './run-git.ts'
import type { Found, SecretFinder } from './secret-finder.ts'

/** A finding in an object of a git repository. */
export type FoundInObject = Found & { objectId: string; type: string }

/**
 * Finds secrets in everything that a repository keeps: each version of each file once, on any
 * branch or on none, also what was deleted or packed, and the texts of commits and tags.
 *
 * @param tell called with the number of bytes after each piece
 * @throws {GitError} when git is not installed, or fails
 */
export async function* scanHistory(
  gitFolder: string,
  searchPath: string | undefined,
  newFinder: () => SecretFinder,
  tell: (bytes: number, isObject: boolean) => void,
): AsyncGenerator<FoundInObject> {
  // Of objects that are gone `cat-file` says nothing; this fails where a branch leads to one.
  for await (const _ of runGit(gitFolder, searchPath, ['rev-list', '--all', '--max-count=1']));
  const everything = ['cat-file', '--batch-all-objects', '--batch', '--unordered', '--buffer']
  let finder = newFinder()
  let object = { objectId: '', type: '' }
  for await (const event of readObjects(runGit(gitFolder, searchPath, everything))) {
    if (event.kind === 'start') {
      finder = newFinder()
      object = { objectId: event.id, type: event.type }
      tell(0, true)
    } else {
      const found = event.kind === 'content' ? finder.push(event.piece) : finder.end()
      if (event.kind === 'content') tell(event.piece.length, false)
      for (const each of found) yield { ...each, ...object }
    }
  }
}
