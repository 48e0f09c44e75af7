import type { Installed } from './installed.ts'
import type { Lockfile } from './lockfile.ts'

/** Whether a package may run its install scripts, and why. */
type Decision = { name: string; reason: string | undefined }

/** The decisions of pnpm-workspace.yaml: one line each, with the reason as its comment. */
export function readDecisions(workspace: string): Decision[] {
  const [, block = ''] = /^allowBuilds:\n((?: +.*\n?)*)/m.exec(workspace) ?? []
  return block
    .split('\n')
    .map((line) => /^ +'?([^':]+)'?: (?:true|false)(?: +# *(\S.*))?$/.exec(line))
    .filter((line) => line !== null)
    .map(([, name, reason]) => ({ name: name!, reason }))
}

/** Install scripts that nobody decided about, decisions without a reason, or about nothing. */
export function undecidedScripts(
  decisions: Decision[],
  installed: Installed[],
  { resolutions }: Lockfile,
): string[] {
  const decided = new Set(decisions.map(({ name }) => name))
  const locked = new Set(Object.keys(resolutions).map((id) => id.slice(0, id.lastIndexOf('@'))))
  const tame = new Set(
    installed.filter(({ hasInstallScript }) => !hasInstallScript).map(({ name }) => name),
  )
  return [
    ...installed
      .filter(({ name, hasInstallScript }) => hasInstallScript && !decided.has(name))
      .map(({ name }) => `${name} has an install script that allowBuilds does not name`),
    ...decisions
      .filter(({ reason }) => reason === undefined)
      .map(({ name }) => `allowBuilds gives no reason for ${name}`),
    // A package for another platform is not installed, so only its name can be looked for.
    ...decisions
      .filter(({ name }) => !locked.has(name) || tame.has(name))
      .map(({ name }) => `allowBuilds names ${name}, which has no install script`),
  ].map((finding) => `pnpm-workspace.yaml: ${finding}`)
}
