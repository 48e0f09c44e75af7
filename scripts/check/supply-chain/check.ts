// Checks the packages that we install: `npm run check` fails with what is wrong about them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { acceptedAdvisories } from './accepted-advisories.ts'
import { askForAdvisories, graveAdvisories } from './advisories.ts'
import { readDecisions, undecidedScripts } from './install-scripts.ts'
import { readInstalled } from './installed.ts'
import { foreignLicences } from './licences.ts'
import { namedHosts, readLockfile, staleEntries, unprovenPackages } from './lockfile.ts'
import { directDependencies, inexactVersions, readManifests } from './manifests.ts'
import { missingReasons, readReasons } from './reasons.ts'

const root = join(import.meta.dirname, '../../..')
const read = (name: string) => readFileSync(join(root, name), 'utf8')

const manifests = readManifests(root)
const locked = read('pnpm-lock.yaml')
const lockfile = readLockfile(locked)
const installed = readInstalled(root)
const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string }
const advisories = askForAdvisories(root, packageManager)
if (advisories === undefined)
  process.stderr.write('The registry told no advisories: this part of the check was left out.\n')

const findings = [
  ...inexactVersions(manifests),
  ...staleEntries(lockfile, manifests),
  ...unprovenPackages(lockfile),
  ...namedHosts(locked),
  ...undecidedScripts(readDecisions(read('pnpm-workspace.yaml')), installed, lockfile),
  ...foreignLicences(installed),
  ...missingReasons(readReasons(read('ARCHITECTURE.md')), directDependencies(manifests)),
  ...graveAdvisories(advisories ?? [], acceptedAdvisories, new Date().toISOString()),
]

if (findings.length > 0) {
  process.stderr.write(`${findings.join('\n')}\n`)
  process.exit(1)
}
