import type { ChartProps } from './UsageChart.tsx'
import { formatCount, outcomeNames } from './usage-series.ts'
import classes from './UsageTable.module.css'

/** The chart's numbers, the newest first. */
export function UsageTable({ bars, unit, outcomes }: ChartProps) {
  return (
    <table className={classes.table} aria-label={`Requests per ${unit}`}>
      <thead>
        <tr>
          <th scope="col">{unit === 'day' ? 'Day' : 'Hour'}</th>
          {outcomes.map((outcome) => (
            <th key={outcome} scope="col">
              {outcomeNames[outcome]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars.toReversed().map(({ start, name, counts }) => (
          <tr key={start}>
            <th scope="row">{name}</th>
            {outcomes.map((outcome) => (
              <td key={outcome}>{formatCount(counts[outcome])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
