import { spawnSync } from 'node:child_process'

const PATIENCE_MS = 8000

type Advisory = {
  module_name: string
  severity: string
  github_advisory_id: string
  title: string
}

/** An advisory that does not touch us: why, and until when that is believed without a new look. */
export type Accepted = { id: string; reason: string; until: string }

/** The registry's advisories on our dependencies; undefined if it does not answer in time. */
export function askForAdvisories(root: string, pnpm: string): Advisory[] | undefined {
  const { stdout } = spawnSync('npx', ['--yes', pnpm, 'audit', '--prod', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    shell: process.platform === 'win32',
  })
  return readAdvisories(stdout ?? '')
}

/** The advisories in pnpm's report; undefined if it is none. */
export function readAdvisories(report: string): Advisory[] | undefined {
  try {
    const { advisories } = JSON.parse(report) as { advisories?: Record<string, Advisory> }
    return advisories && Object.values(advisories)
  } catch {
    return undefined // a message about a network that is not there
  }
}

/** Grave advisories that nobody has accepted, and acceptances that are over. @param now ISO 8601 */
export function graveAdvisories(advisories: Advisory[], accepted: Accepted[], now: string) {
  const standing = accepted.filter(({ until }) => now < until)
  return [
    ...accepted
      .filter((entry) => !standing.includes(entry))
      .map(({ id, until }) => `${id} was accepted until ${until}: look at it again`),
    ...advisories
      .filter(({ severity }) => severity === 'high' || severity === 'critical')
      .filter((advisory) => !standing.some(({ id }) => id === advisory.github_advisory_id))
      .map(
        (advisory) =>
          `${advisory.module_name}: ${advisory.severity}: ${advisory.title} (${advisory.github_advisory_id})`,
      ),
  ]
}
