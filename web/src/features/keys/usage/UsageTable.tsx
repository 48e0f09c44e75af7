import type { CountedOutcome } from '@zentrix/shared/verification/outcomes.ts'
import { formatShortDay } from '../../../lib/time/days.ts'
import { formatCount, outcomeNames, type Day } from './usage-series.ts'
import classes from './UsageTable.module.css'

type Props = { days: Day[]; outcomes: CountedOutcome[] }

/** The chart's numbers, newest day first. */
export function UsageTable({ days, outcomes }: Props) {
  return (
    <table className={classes.table} aria-label="Requests per day">
      <thead>
        <tr>
          <th scope="col">Day</th>
          {outcomes.map((outcome) => (
            <th key={outcome} scope="col">
              {outcomeNames[outcome]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.toReversed().map(({ day, counts }) => (
          <tr key={day}>
            <th scope="row">{formatShortDay(day)}</th>
            {outcomes.map((outcome) => (
              <td key={outcome}>{formatCount(counts[outcome])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
