import { posix } from 'node:path'
import type { Source } from './arrows.ts'

const FENCES = /^ *```[^]*?^ *```$/gm
const LINKS = /\]\(([^)\s]+)\)/g
const CODE = /`([^`\n]+)`/g
const COMMANDS = /\bnpm run (?:-s )?([\w:-]+)/g

const isElsewhere = (target: string) => /^(?:[a-z]+:|#)/.test(target)

/** Whether code in a sentence names a file or folder of ours: `http/make-server.ts`, `scripts/check`. */
const isPath = (code: string) =>
  /^[\w.*-]+(?:\/[\w.*-]+)*\/?$/.test(code) &&
  (/[^*/.]\.(?:tsx?|mjs|md|json|yaml|toml|conf|service|png)$/.test(code) ||
    /^(?:server|web|shared|scripts|\.ci|boot|commands|config|access|features|http|store|crypto|lib)\//.test(
      code,
    ))

/**
 * Links, paths and commands of documents that lead nowhere.
 *
 * @param files every file of the project, from its root
 * @param scripts the names in package.json
 */
export function findDeadReferences(
  documents: Source[],
  files: string[],
  scripts: string[],
): string[] {
  const places = new Set(files.flatMap((file) => [file, ...foldersOf(file)]))
  const all = [...places].map((place) => `/${place}`)
  const isThere = (path: string) => all.some((place) => ending(path).test(place))
  return documents.flatMap(({ file, text }) => {
    const prose = text.replace(FENCES, '')
    const links = allOf(prose, LINKS)
      .filter((target) => !isElsewhere(target))
      .map((target) => posix.join(posix.dirname(file), target.replace(/#.*/, '')))
      .filter((target) => !places.has(target.replace(/\/$/, '')))
    const paths = allOf(prose, CODE).filter((code) => isPath(code) && !isThere(code))
    const commands = allOf(text, COMMANDS).filter((name) => !scripts.includes(name))
    return [...links, ...paths, ...commands.map((name) => `npm run ${name}`)].map(
      (name) => `${file}: there is no ${name}`,
    )
  })
}

const PATHS = /'((?:server|web|shared|scripts)\/[\w/.-]+\.(?:ts|tsx|mjs))'/g

/** Paths from the project's root, in strings such as `startNode('server/src/…')`, that lead nowhere. */
export function findDeadPaths(code: Source[], files: string[]): string[] {
  return code.flatMap(({ file, text }) =>
    allOf(text, PATHS)
      .filter((path) => !files.includes(path))
      .map((path) => `${file}: there is no ${path}`),
  )
}

function foldersOf(file: string): string[] {
  const folder = posix.dirname(file)
  return folder === '.' ? [] : [folder, ...foldersOf(folder)]
}

/** Documents shorten a path from the left, and `*` stands for a part of a name. */
function ending(path: string): RegExp {
  const pattern = path.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*')
  return new RegExp(`/${pattern}$`)
}

function allOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found)
}
