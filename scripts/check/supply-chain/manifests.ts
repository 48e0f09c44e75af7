import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The requirements in a package.json of this repository. */
export type Manifest = {
  /** Relative to the root: `.`, `server`, … */
  folder: string
  /** Version by name, of every kind of dependency. */
  wanted: Record<string, string>
}

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

export function readManifests(root: string): Manifest[] {
  return globSync('{.,*,shared/client}/package.json', { cwd: root, exclude: ['node_modules'] })
    .sort()
    .map((path) => ({
      folder: dirname(path),
      wanted: wantedBy(JSON.parse(readFileSync(join(root, path), 'utf8'))),
    }))
}

function wantedBy(manifest: Record<string, Record<string, string> | undefined>) {
  return Object.assign({}, ...kinds.map((kind) => manifest[kind])) as Record<string, string>
}

/** The names of all direct dependencies that come from a registry. */
export function directDependencies(manifests: Manifest[]): string[] {
  const names = manifests.flatMap(({ wanted }) =>
    Object.keys(wanted).filter((name) => !isOurs(wanted[name]!)),
  )
  return [...new Set(names)].sort()
}

const isOurs = (version: string) => version === 'workspace:*'

/** Dependencies that another day would resolve to another version. */
export function inexactVersions(manifests: Manifest[]): string[] {
  return manifests.flatMap(({ folder, wanted }) =>
    Object.entries(wanted)
      .filter(([, version]) => !isOurs(version) && !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
      .map(([name, version]) => `${folder}/package.json: ${name} ${version} is no exact version`),
  )
}
