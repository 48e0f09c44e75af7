import { medianOf, type Comparison } from './compare.ts'

export type Row = Comparison & { kind: string; own: number[] }

/** One subject as a table: the first row is what the others are compared with. */
export function describeSubject(name: string, rows: Row[]): string {
  const [, again] = rows
  // The difference that two samples of one kind may have, here and today.
  const noise = Math.max(Math.abs(again!.low), Math.abs(again!.high))
  const lines = rows.map((row, at) => [
    row.kind,
    medianOf(row.own).toFixed(1),
    ...(at === 0
      ? ['', '', '']
      : [
          `${signed(row.difference)} (${signed(row.low)} to ${signed(row.high)})`,
          row.p < 0.0001 ? '<0.0001' : row.p.toFixed(4),
          at === 1 ? `the noise: ${noise.toFixed(1)}` : verdict(row, noise),
        ]),
  ])
  const head = ['', 'median', 'difference (95 %)', 'p', '']
  const widths = head.map((_, at) => Math.max(...[head, ...lines].map((line) => line[at]!.length)))
  const text = [head, ...lines].map((line) =>
    `  ${line.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd(),
  )
  return `\n${name}, ${rows[0]!.own.length} times each\n${text.join('\n')}\n`
}

function verdict({ low, high, p }: Comparison, noise: number): string {
  if (low <= noise && high >= -noise)
    return p < 0.001 ? 'within noise, but ranks differ' : 'within noise'
  return low > noise ? 'SLOWER' : 'FASTER'
}

function signed(microseconds: number): string {
  return `${microseconds < 0 ? '' : '+'}${microseconds.toFixed(1)}`
}
