import type { Manifest } from './manifests.ts'

export type Lockfile = {
  /** The requirements of each folder, as the lockfile has them: version by name. */
  wanted: Record<string, Record<string, string>>
  /** How each package is fetched, by `name@version`. */
  resolutions: Record<string, string>
}

const SHA_512 = /^\{integrity: sha512-[A-Za-z0-9+/]{86}==\}$/

/** Reads a pnpm-lock.yaml, which pnpm always writes in the same lines. */
export function readLockfile(text: string): Lockfile {
  const lockfile: Lockfile = { wanted: {}, resolutions: {} }
  const open: string[] = [] // the key that each two spaces of indentation stand under
  for (const line of text.split('\n')) {
    const [, indent, quoted, value] = /^( *)('[^']+'|[^' ][^:]*(?=:)):(?: (.*))?$/.exec(line) ?? []
    if (indent === undefined || quoted === undefined) continue
    open.length = indent.length / 2
    open.push(quoted.replaceAll("'", ''))
    const [section, first, second, third, last] = open
    if (section === 'importers' && second === undefined && first) lockfile.wanted[first] = {}
    if (section === 'importers' && last === 'specifier')
      lockfile.wanted[first!]![third!] = (value ?? '').replaceAll("'", '')
    if (section === 'packages' && second === undefined && first) lockfile.resolutions[first] = ''
    if (section === 'packages' && second === 'resolution')
      lockfile.resolutions[first!] = value ?? ''
  }
  return lockfile
}

/** Packages that are not fetched from the registry by their hash alone. */
export function unprovenPackages({ resolutions }: Lockfile): string[] {
  return Object.entries(resolutions)
    .filter(([, resolution]) => !SHA_512.test(resolution))
    .map(([id]) => `pnpm-lock.yaml: ${id} has another source than the registry, or no SHA-512`)
}

/** Hosts in a lockfile: it would install from nowhere else. */
export function namedHosts(text: string): string[] {
  const found = text.match(/\b(?:https?|git|ssh|git\+\w+):\/\/[^\s'"}]+/g) ?? []
  return found.map((url) => `pnpm-lock.yaml: names ${url}`)
}

/** Where package.json and lockfile disagree. */
export function staleEntries({ wanted }: Lockfile, manifests: Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const locked = wanted[manifest.folder] ?? {}
    return [...new Set([...Object.keys(manifest.wanted), ...Object.keys(locked)])]
      .filter((name) => manifest.wanted[name] !== locked[name])
      .map((name) => `pnpm-lock.yaml: ${name} is not as in ${manifest.folder}/package.json`)
  })
}
