import type { Violation } from './check-history.ts'
import { hasFaults } from './faults.ts'
import { effectOf, type Span } from '../../testkit/load/history.ts'
import type { RunOptions, RunReport } from './run.ts'

/** The report of a run, for a person. */
export function describeRun(options: RunOptions, report: RunReport): string {
  const { changes, asks } = report
  const total = Object.values(asks).reduce(
    (sum, { accepted, refused }) => sum + accepted + refused,
    0,
  )
  const deployment = [
    options.databaseUrl === undefined ? 'SQLite' : 'PostgreSQL',
    counted(options.nodes, 'node'),
    ...(options.workers > 1 ? [`WORKERS=${options.workers}`] : []),
    ...(options.redisUrl === undefined ? [] : ['Redis']),
    ...(options.replicaUrl === undefined ? [] : ['one node on a replica']),
    ...(options.cacheMs === undefined ? [] : [`a test-only cache of ${options.cacheMs} ms`]),
  ]
  const rows: [string, string | number][] = [
    ['deployment', deployment.join(', ')],
    ['clients without pause / managers', `${options.clients} / ${options.managers}`],
    ['seed', options.seed],
    ['seconds', report.seconds.toFixed(1)],
    ['keys ended (revoked or rotated)', report.revocations],
    ['keys issued', changes.issue],
    ['revoked', changes.revoke],
    ['rotated at once / with an overlap', `${changes.rotate} / ${changes.overlap}`],
    ['disabled / enabled', `${changes.disable} / ${changes.enable}`],
    ['renamed while being revoked', changes.rename],
    ...Object.entries(asks).map(([kind, { accepted, refused }]): [string, string] => [
      `${kind}: accepted / refused`,
      `${accepted} / ${refused}`,
    ]),
    ['refused because an overlap was over', report.expired],
    ['questions in all', total],
    ...(hasFaults(options)
      ? ([
          [
            'nodes killed / database crashes',
            `${options.kills ?? 0} / ${options.databaseRestarts ?? 0}`,
          ],
          ['questions without an answer, or 503', report.unanswered],
          ['changes of which nobody said whether they were made', report.uncertain],
        ] satisfies [string, string | number][])
      : []),
    ['begun within 1 ms after an end or disabling', report.within1Ms],
    ['begun within 10 ms after one', report.within10Ms],
    ['violations', report.violations],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  const examples = report.examples.map(describeViolation)
  const rest = report.violations - examples.length
  return [...lines, ...examples, ...(rest > 0 ? [`and ${rest} more`] : []), ''].join('\n')
}

function describeViolation({ rule, keyId, ask, change }: Violation): string {
  const because = change ? `; ${change.kind} ${at(change)}` : ''
  const late = change
    ? `, begun ${(ask.startMs - effectOf(change).endMs).toFixed(3)} ms after that had to hold`
    : ''
  return `VIOLATION ${rule}: ${keyId} ${ask.kind} ${ask.code} ${at(ask)}${because}${late}`
}

function at({ startMs, endMs }: Span): string {
  return `${startMs.toFixed(3)}–${endMs.toFixed(3)} ms`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
