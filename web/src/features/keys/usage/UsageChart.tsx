import type { CountedOutcome } from '@zentrix/shared/verification/outcomes.ts'
import { useState, type CSSProperties, type KeyboardEvent } from 'react'
import { formatCount, formatShort, niceCeiling, outcomeNames, type Day } from './usage-series.ts'
import { formatShortDay } from '../../../lib/time/days.ts'
import classes from './UsageChart.module.css'

const DAYS_BETWEEN_LABELS = 7

type Props = { days: Day[]; outcomes: CountedOutcome[] }

/** Requests per day, stacked by outcome. Hovering, or the arrow keys, tell a day's numbers. */
export function UsageChart({ days, outcomes }: Props) {
  const [chosen, setChosen] = useState<number | null>(null)
  const ceiling = niceCeiling(Math.max(...days.map(({ total }) => total)))
  const day = chosen === null ? undefined : days[chosen]

  function move(event: KeyboardEvent) {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    setChosen(Math.min(Math.max((chosen ?? days.length) + step, 0), days.length - 1))
  }

  return (
    <div
      className={classes.chart}
      role="group"
      tabIndex={0}
      aria-label="Chart of requests per day; the arrow keys go from day to day"
      onKeyDown={move}
      onBlur={() => setChosen(null)}
      onPointerLeave={() => setChosen(null)}
    >
      <div className={classes.scale} aria-hidden>
        <span>{formatShort(ceiling)}</span>
        <span>{formatShort(ceiling / 2)}</span>
        <span>0</span>
      </div>
      <div className={classes.plot} aria-hidden>
        {days.map(({ day: date, counts, total }, index) => (
          <div
            key={date}
            className={classes.day}
            data-chosen={index === chosen || undefined}
            onPointerEnter={() => setChosen(index)}
          >
            <div className={classes.bar} style={{ height: `${(total / ceiling) * 100}%` }}>
              {outcomes.toReversed().map((outcome) => {
                const count = counts[outcome]
                if (count === 0) return null
                return <div key={outcome} data-outcome={outcome} style={{ flexGrow: count }} />
              })}
            </div>
          </div>
        ))}
      </div>
      <div className={classes.dates} aria-hidden>
        {days.map(({ day: date }, index) => (
          <span key={date}>
            {(days.length - 1 - index) % DAYS_BETWEEN_LABELS === 0 && formatShortDay(date)}
          </span>
        ))}
      </div>
      <div role="status">
        {day && <Tooltip day={day} outcomes={outcomes} at={(chosen! + 0.5) / days.length} />}
      </div>
    </div>
  )
}

type TooltipProps = {
  day: Day
  outcomes: CountedOutcome[]
  /** The middle of the day, from 0 to 1 of the width. */
  at: number
}

function Tooltip({ day, outcomes, at }: TooltipProps) {
  return (
    <div
      className={classes.tooltip}
      style={{ '--at': at } as CSSProperties}
      data-side={at < 0.5 ? 'right' : 'left'}
    >
      <strong>{formatShortDay(day.day)}</strong>
      {outcomes.map((outcome) => (
        <div key={outcome} className={classes.line}>
          <span className={classes.swatch} data-outcome={outcome} aria-hidden />
          {outcomeNames[outcome]}
          <span className={classes.count}>{formatCount(day.counts[outcome])}</span>
        </div>
      ))}
    </div>
  )
}

type LegendProps = { outcomes: CountedOutcome[]; totals: Record<string, number> }

export function UsageLegend({ outcomes, totals }: LegendProps) {
  return (
    <ul className={classes.legend} aria-label="Totals">
      {outcomes.map((outcome) => (
        <li key={outcome}>
          <span className={classes.swatch} data-outcome={outcome} aria-hidden />
          {outcomeNames[outcome]} <strong>{formatCount(totals[outcome] ?? 0)}</strong>
        </li>
      ))}
    </ul>
  )
}
