import { readdirSync, statSync, type Dirent } from 'node:fs'
import { errorCode } from '../lib/caught.ts'

export type TreeEntry =
  | { kind: 'file'; path: Buffer }
  /** A folder in which git keeps a repository's history. */
  | { kind: 'git-folder'; path: Buffer }
  /** A folder whose history is kept elsewhere: a worktree, or a submodule. */
  | { kind: 'git-link'; path: Buffer }
  | { kind: 'unreadable'; path: Buffer; code: string }

const SEPARATOR = Buffer.from('/')

/**
 * Everything below a path, in the order of names. Links are not followed: what they lead to is
 * found where it is, so no loop has no end. Pipes, sockets and devices are passed over, and so are
 * the compressed objects of git, which git itself reads. Names are bytes, since not all are UTF-8.
 *
 * @param root may be a link itself
 */
export function* walkTree(root: string): Generator<TreeEntry> {
  const folders: Buffer[] = []
  const top = Buffer.from(root)
  if (statSync(root).isDirectory()) folders.push(top)
  else yield { kind: 'file', path: top }
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    let entries: Dirent<Buffer>[]
    try {
      entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })
    } catch (error) {
      yield { kind: 'unreadable', path: folder, code: codeOf(error) }
      continue
    }
    entries.sort((a, b) => Buffer.compare(a.name, b.name))
    const isGit = isGitFolder(entries)
    // One that lacks what git needs is not passed over: git will say that it cannot read it.
    const isNamedGit = folder.toString().endsWith('/.git')
    if (isGit || isNamedGit) yield { kind: 'git-folder', path: folder }
    const below: Buffer[] = []
    for (const entry of entries) {
      const path = Buffer.concat([folder, SEPARATOR, entry.name])
      const name = entry.name.toString()
      if (entry.isDirectory() && !(isGit && name === 'objects')) below.push(path)
      if (entry.isFile()) yield { kind: 'file', path }
      if (entry.isFile() && name === '.git') yield { kind: 'git-link', path: folder }
    }
    folders.push(...below.toReversed())
  }
}

function isGitFolder(entries: Dirent<Buffer>[]): boolean {
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name.toString())
  const hasHead = entries.some((entry) => entry.name.toString() === 'HEAD')
  return hasHead && folders.includes('objects') && folders.includes('refs')
}

export function codeOf(error: unknown): string {
  return errorCode(error) ?? 'UNKNOWN'
}
