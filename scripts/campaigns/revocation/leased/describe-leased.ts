import type { LeasedReport, LeasedRunOptions } from './run-leased.ts'

/** The report of a run, for a person. */
export function describeLeased(options: LeasedRunOptions, report: LeasedReport): string {
  const { verifiers, managers, nodes, workers, seed } = options
  const took = (share: number) =>
    `${Math.round(report.tookMs[Math.floor((report.tookMs.length - 1) * share)] ?? 0)} ms`
  const rows: [string, string | number][] = [
    ['verifiers in processes / managers', `${verifiers} / ${managers}`],
    ['nodes / WORKERS', `${nodes} / ${workers}`],
    ['seed', seed],
    ['seconds', report.seconds.toFixed(1)],
    ['keys ended', report.ended],
    [
      'accepted by lease / by the service',
      `${report.acceptedByLease} / ${report.acceptedByService}`,
    ],
    ['refused', report.refused],
    ['verifiers stopped / killed / cut off', `${report.stops} / ${report.kills} / ${report.cuts}`],
    ['restarts of the service', report.restarts],
    ['nodes frozen / database slowed or cut', `${report.freezes} / ${report.stalls}`],
    ['an end took, median / p99 / longest', `${took(0.5)} / ${took(0.99)} / ${took(1)}`],
    ['stale yes', report.stale.length],
    ['yes by a minute that was over', report.afterMinute],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  const examples = report.stale
    .slice(0, 10)
    .map(({ id, lateMs }) => `STALE YES ${id}: begun ${lateMs.toFixed(3)} ms after its end`)
  return [...lines, ...examples, ''].join('\n')
}
