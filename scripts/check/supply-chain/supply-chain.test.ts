import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { graveAdvisories, readAdvisories } from './advisories.ts'
import { readDecisions, undecidedScripts } from './install-scripts.ts'
import { foreignLicences } from './licences.ts'
import { namedHosts, readLockfile, staleEntries, unprovenPackages } from './lockfile.ts'
import { directDependencies, inexactVersions, readManifests } from './manifests.ts'
import { missingReasons, readReasons } from './reasons.ts'

const SHA_512 = `sha512-${'A'.repeat(86)}==`

const lockfile = `lockfileVersion: '9.0'

importers:

  .:
    devDependencies:
      '@scope/tool':
        specifier: 1.0.0
        version: 1.0.0(peer@2.0.0)

  server:
    dependencies:
      left:
        specifier: 1.2.3
        version: 1.2.3

packages:

  '@scope/tool@1.0.0':
    resolution: {integrity: ${SHA_512}}
    engines: {node: '>=20'}

  left@1.2.3:
    resolution: {integrity: ${SHA_512}}

snapshots:

  left@1.2.3: {}
`

const manifests = [
  { folder: '.', wanted: { '@scope/tool': '1.0.0' } },
  { folder: 'server', wanted: { left: '1.2.3' } },
]

test('every folder of the workspace and every package of the lockfile is looked at', () => {
  const root = join(import.meta.dirname, '../../..')
  const all = readManifests(root)
  const folders = ['.', 'scripts', 'server', 'shared/client', 'shared', 'web']
  expect(all.map(({ folder }) => folder)).toEqual(folders)
  const text = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  const { resolutions } = readLockfile(text)
  expect(Object.keys(resolutions)).toHaveLength(text.match(/^ {4}resolution: /gm)!.length)
})

test.each(['^1.0.0', '~1.0.0', '1.x', '*', 'latest', '>=1.0.0', 'github:a/b', 'npm:b@1.0.0'])(
  'a dependency on %s is refused',
  (version) => {
    const [{ folder }] = manifests as [(typeof manifests)[0]]
    expect(inexactVersions(manifests)).toEqual([])
    expect(inexactVersions([{ folder, wanted: { left: version } }])).toHaveLength(1)
  },
)

test('a lockfile that is not as the manifests is refused', () => {
  const read = readLockfile(lockfile)
  expect(staleEntries(read, manifests)).toEqual([])
  const newer = [manifests[0]!, { folder: 'server', wanted: { left: '1.2.4' } }]
  expect(staleEntries(read, newer)).toHaveLength(1)
  expect(staleEntries(read, [manifests[0]!, { folder: 'server', wanted: {} }])).toHaveLength(1)
})

test.each([
  '{}',
  `{integrity: sha1-${'A'.repeat(27)}=}`,
  `{integrity: ${SHA_512}, tarball: https://registry.example/left.tgz}`,
  '{tarball: https://codeload.example/left.tar.gz}',
  '{type: git, commit: 0123456789, repo: left}',
])('a package that is fetched by %s is refused', (resolution) => {
  expect(unprovenPackages(readLockfile(lockfile))).toEqual([])
  const other = lockfile.replace(/(left@1.2.3:\n {4}resolution: ).*/, `$1${resolution}`)
  expect(unprovenPackages(readLockfile(other))).toHaveLength(1)
})

test('a lockfile that names a host is refused', () => {
  expect(namedHosts(lockfile)).toEqual([])
  expect(namedHosts(`${lockfile}  tarball: https://mirror.example/left.tgz\n`)).toHaveLength(1)
})

test('an install script needs a decision with a reason, and a decision a script', () => {
  const read = readLockfile(lockfile)
  const workspace = (line: string) => readDecisions(`allowBuilds:\n  ${line}\n\nother: 1\n`)
  const left = { name: 'left', licence: 'MIT', hasInstallScript: true }
  expect(undecidedScripts(workspace('left: false # never compiles'), [left], read)).toEqual([])
  expect(undecidedScripts([], [left], read)).toHaveLength(1)
  expect(undecidedScripts(workspace('left: true'), [left], read)).toHaveLength(1)
  const tame = { ...left, hasInstallScript: false }
  expect(undecidedScripts(workspace('left: true # why'), [tame], read)).toHaveLength(1)
  expect(undecidedScripts(workspace('gone: true # why'), [], read)).toHaveLength(1)
})

test('a licence is on the list, or allowed to that tool alone', () => {
  const under = (licence: string, name = 'left') =>
    foreignLicences([{ name, licence, hasInstallScript: false }])
  for (const licence of ['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0'])
    expect(under(licence)).toEqual([])
  for (const licence of ['GPL-3.0', 'none', 'MIT AND GPL-3.0', 'SEE LICENSE IN x', 'MPL-2.0'])
    expect(under(licence)).toHaveLength(1)
  expect(under('MPL-2.0', 'axe-core')).toEqual([])
  expect(under('GPL-3.0', 'axe-core')).toHaveLength(1)
})

test('every direct dependency has a reason, and every reason a dependency', () => {
  const table = (rows: string) =>
    readReasons(`## Direct dependencies\n\n| package | why |\n| --- | --- |\n${rows}\n## Next\n`)
  const names = directDependencies(manifests)
  const rows = '| left, `@scope/*` | needed |'
  expect(missingReasons(table(rows), names)).toEqual([])
  expect(missingReasons(table('| left | needed |'), names)).toHaveLength(1)
  expect(missingReasons(table('| left, `@scope/*` | |'), names)).toHaveLength(2)
  expect(missingReasons(table(`${rows}\n| right | once |`), names)).toHaveLength(1)
})

const report = JSON.stringify({
  advisories: {
    1: { module_name: 'left', severity: 'high', github_advisory_id: 'GHSA-1', title: 'Bad' },
    2: { module_name: 'right', severity: 'low', github_advisory_id: 'GHSA-2', title: 'Meh' },
  },
})

test('a grave advisory fails, unless it is accepted, until that day', () => {
  const advisories = readAdvisories(report)!
  const accepted = [{ id: 'GHSA-1', reason: 'not reached', until: '2026-01-31' }]
  expect(graveAdvisories(advisories, [], '2026-01-01T00:00:00.000Z')).toEqual([
    'left: high: Bad (GHSA-1)',
  ])
  expect(graveAdvisories(advisories, accepted, '2026-01-30T00:00:00.000Z')).toEqual([])
  expect(graveAdvisories(advisories, accepted, '2026-02-01T00:00:00.000Z')).toHaveLength(2)
})

test('a registry that does not answer is no advisory, and no all-clear', () => {
  expect(readAdvisories('')).toBeUndefined()
  expect(readAdvisories('Error: responded with 405')).toBeUndefined()
  expect(readAdvisories('{"error": {"code": "ENOTFOUND"}}')).toBeUndefined()
  expect(readAdvisories('{"advisories": {}}')).toEqual([])
})
