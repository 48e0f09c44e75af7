import { parseArgs } from 'node:util'
import { loadImportedKeys } from '../features/keys/transfer/load-imported-keys.ts'
import { judgeSecret, type JudgedSecret } from '../features/leaks/judge-secret.ts'
import type { Context } from '../features/context.ts'
import { printablePath } from '../scan/printable-path.ts'
import { scanPaths, type ScanOptions } from '../scan/scan-paths.ts'
import { TooManyError, type Place, type ScanTally } from '../scan/scan-tally.ts'
import { CommandError, print, remark, type Command } from './command.ts'
import { asError } from '../lib/caught.ts'

type Finding = JudgedSecret & { places: Place[]; others: number }

// Nothing found means little then, and 1 says that a key is live.
const NOT_ALL_READ = 2

const PROGRESS_MS = 5000

export const scan: Command = {
  name: 'scan',
  usage: '[--git | --no-git] [--json] PATH…',
  summary:
    'find keys in files and in the history of git repositories, and say which are live; exits with 1 if one is, with 2 if not all could be read or judged',
  failureExitCode: NOT_ALL_READ,
  async run(ctx, args, env) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        git: { type: 'boolean' },
        'no-git': { type: 'boolean' },
        json: { type: 'boolean' },
      },
    })
    if (positionals.length === 0) throw new CommandError('Give a path, or several')
    if (values.git && values['no-git']) throw new CommandError('Give --git or --no-git, not both')
    const git = values['no-git'] ? 'none' : values.git ? 'around' : 'found'
    const imported = await loadImportedKeys(ctx)
    const scanned = await scanOrExplain(positionals, { git, imported, searchPath: env['PATH'] })
    const findings = await judge(ctx, scanned)
    for (const { path, reason } of scanned.unread) remark(`Not read: ${path} (${reason})`)
    if (values.json) printJson(scanned, findings)
    else for (const line of findings.flatMap(describe)) print(line)
    remark(summaryOf(scanned, findings))
    if (scanned.unread.length > 0) process.exitCode = NOT_ALL_READ
    else if (findings.some(({ status }) => status === 'live')) process.exitCode = 1
  },
}

async function scanOrExplain(
  paths: string[],
  options: Omit<ScanOptions, 'tell'>,
): Promise<ScanTally> {
  let toldAtMs = performance.now()
  try {
    return await scanPaths(paths, {
      ...options,
      tell(so) {
        if (performance.now() - toldAtMs < PROGRESS_MS) return
        toldAtMs = performance.now()
        remark(`… ${amountOf(so)}`)
      },
    })
  } catch (error) {
    if (error instanceof TooManyError) throw new CommandError(error.message, NOT_ALL_READ)
    const { code, path, syscall } = asError(error)
    if (syscall === undefined) throw error
    const shown = printablePath(String(path), options.imported)
    const message = code === 'ENOENT' ? `There is no ${shown}` : `Cannot read ${shown} (${code})`
    throw new CommandError(message, NOT_ALL_READ)
  }
}

const order = ['live', 'disabled', 'expired', 'revoked', 'unknown']

/** Keys that this service knows, and texts with our checksum. Live keys come first. */
async function judge(ctx: Context, { secrets }: ScanTally): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [secret, { isWellFormed, places, others }] of secrets) {
    const judged = await judgeSecret(ctx, secret)
    if (isWellFormed || judged.status !== 'unknown') findings.push({ ...judged, places, others })
  }
  return findings.sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
}

function describe({ status, masked, id, name, organizationId, places, others }: Finding): string[] {
  const whose = organizationId === null ? '' : ` of ${organizationId}`
  const what = id === null ? 'not known here' : `${id} "${name ?? ''}"${whose}`
  return [
    `${status.toUpperCase().padEnd(8)} ${masked} ${what}`,
    ...places.map((place) => `  ${describePlace(place)}`),
    ...(others === 0 ? [] : [`  and ${others} more places`]),
  ]
}

function describePlace({ commit, path, line, column }: Place): string {
  const where = commit === undefined ? path : `${commit}:${path}`
  return line === 0 ? `${where} (its name)` : `${where}:${line}:${column}`
}

function printJson({ files, objects, bytes, unread }: ScanTally, findings: Finding[]): void {
  print(JSON.stringify({ findings, files, objects, bytes, unread }, null, 2))
}

function summaryOf(scanned: ScanTally, findings: Finding[]): string {
  const live = findings.filter(({ status }) => status === 'live').length
  const missing = scanned.unread.length === 0 ? '' : ' in what could be read'
  const found =
    findings.length === 0 ? 'No keys found' : `Found ${findings.length}, of which live: ${live}`
  return `${found}${missing}. Read ${amountOf(scanned)}.`
}

function amountOf({ files, objects, bytes }: ScanTally): string {
  const megabytes = Math.round(bytes / 100_000) / 10
  const history = objects === 0 ? '' : `, ${objects} objects of history`
  return `${files} files${history}, ${megabytes} MB`
}
