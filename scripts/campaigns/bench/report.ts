import type { Measurement } from './measure.ts'

export type Row = { name: string; measurements: Measurement[] }

type Figure =
  | 'requestsPerSecond'
  | 'cpuUs'
  | 'mainCpuUs'
  | 'p50Ms'
  | 'p99Ms'
  | 'maxMs'
  | 'memoryMb'
  | 'readyMs'

const columns: [title: string, figure: Figure, digits: number][] = [
  ['requests/s', 'requestsPerSecond', 0],
  ['CPU µs, all threads', 'cpuUs', 1],
  ['CPU µs, serving thread', 'mainCpuUs', 1],
  ['p50 ms', 'p50Ms', 2],
  ['p99 ms', 'p99Ms', 2],
  ['longest ms', 'maxMs', 1],
  ['memory MB', 'memoryMb', 0],
  ['ready ms', 'readyMs', 0],
]

function median({ measurements }: Row, figure: Figure): number {
  const sorted = measurements.map((measurement) => measurement[figure]).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The medians as a Markdown table. */
export function table(rows: Row[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['', ...columns.map(([title]) => title)]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map((row) =>
      line([row.name, ...columns.map(([, figure, digits]) => median(row, figure).toFixed(digits))]),
    ),
  ].join('\n')
}

/** The figures that were promised, each with what was measured and whether it holds. */
export function judge(rows: Row[]): string {
  const of = (start: string) => rows.find(({ name }) => name.startsWith(start))
  const ratio = (figure: Figure, of1: Row | undefined, of2: Row | undefined) =>
    of1 && of2 ? median(of1, figure) / median(of2, figure) : Number.NaN
  const bare = of('bare')
  const small = of('ours, 1 thousand')
  const million = rows.find(({ name }) => name === 'ours, 1 million keys')
  const uniform = of('ours, 1 million keys, uniform')
  const large = of('ours, 10 million')
  const betterAuth = of('better-auth')
  const bars: [promise: string, measured: number, limit: number, isAtMost: boolean][] = [
    ['CPU a verify, Zipf, beside the bare route', ratio('cpuUs', million, bare), 1.3, true],
    ['CPU a verify, uniform, beside the bare route', ratio('cpuUs', uniform, bare), 2, true],
    ['throughput beside better-auth', ratio('requestsPerSecond', small, betterAuth), 20, false],
    ['p99, Zipf, beside the bare route', ratio('p99Ms', million, bare), 2, true],
    [
      'ready with 1 million keys, ms',
      million ? median(million, 'readyMs') : Number.NaN,
      1000,
      true,
    ],
    ['memory after the load, MB', uniform ? median(uniform, 'memoryMb') : Number.NaN, 200, true],
    [
      'throughput of WORKERS=2 beside 1, load on the same cores',
      ratio('requestsPerSecond', of('WORKERS=2'), of('WORKERS=1')),
      1,
      false,
    ],
    ...(large
      ? [['cost at 10 million beside 1 thousand', ratio('cpuUs', large, small), 1.2, true] as const]
      : []),
  ].map((bar) => bar as [string, number, number, boolean])
  return bars
    .filter(([, measured]) => !Number.isNaN(measured))
    .map(([promise, measured, limit, isAtMost]) => {
      const holds = isAtMost ? measured <= limit : measured >= limit
      const bound = `${isAtMost ? 'at most' : 'at least'} ${limit}`
      return `- ${holds ? 'holds' : 'FALLS SHORT'}: ${promise}: ${measured.toFixed(2)} (${bound})`
    })
    .join('\n')
}
