import type { CountedOutcome } from '@zentrix/shared/verification/outcomes.ts'
import { useState, type CSSProperties, type KeyboardEvent } from 'react'
import { formatCount, formatShort, niceCeiling, outcomeNames, type Bar } from './usage-series.ts'
import classes from './UsageChart.module.css'

const LABELS = 5
/** So few bars have room for a label each, or each second one on a phone. */
const FEW = 7

export type ChartProps = { bars: Bar[]; unit: 'hour' | 'day'; outcomes: CountedOutcome[] }

/** Requests per hour or day, stacked by outcome. Hovering, or the arrow keys, show a bar's numbers. */
export function UsageChart({ bars, unit, outcomes }: ChartProps) {
  const [chosen, setChosen] = useState<number | null>(null)
  const ceiling = niceCeiling(Math.max(...bars.map(({ total }) => total)))
  const bar = chosen === null ? undefined : bars[chosen]
  const isFew = bars.length <= FEW
  const barsBetweenLabels = isFew ? 1 : Math.ceil(bars.length / LABELS / 7) * 7

  function move(event: KeyboardEvent) {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    setChosen(Math.min(Math.max((chosen ?? bars.length) + step, 0), bars.length - 1))
  }

  return (
    <div
      className={classes.chart}
      role="group"
      tabIndex={0}
      aria-label={`Chart of requests per ${unit}; the arrow keys go from ${unit} to ${unit}`}
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
        {bars.map(({ start, counts, total }, index) => (
          <div
            key={start}
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
      <div className={classes.dates} data-few={isFew || undefined} aria-hidden>
        {bars.map(({ start, name }, index) => (
          <span key={start}>{(bars.length - 1 - index) % barsBetweenLabels === 0 && name}</span>
        ))}
      </div>
      <div role="status">
        {bar && <Tooltip bar={bar} outcomes={outcomes} at={(chosen! + 0.5) / bars.length} />}
      </div>
    </div>
  )
}

type TooltipProps = {
  bar: Bar
  outcomes: CountedOutcome[]
  /** The middle of the bar, from 0 to 1 of the width. */
  at: number
}

function Tooltip({ bar, outcomes, at }: TooltipProps) {
  return (
    <div
      className={classes.tooltip}
      style={{ '--at': at } as CSSProperties}
      data-side={at < 0.5 ? 'right' : 'left'}
    >
      <strong>{bar.name}</strong>
      {outcomes.map((outcome) => (
        <div key={outcome} className={classes.line}>
          <span className={classes.swatch} data-outcome={outcome} aria-hidden />
          {outcomeNames[outcome]}
          <span className={classes.count}>{formatCount(bar.counts[outcome])}</span>
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
