import { Button } from '@mantine/core'
import classes from './ChartAndTable.module.css'
import { UsageChart, type ChartProps } from './UsageChart.tsx'
import { UsageTable } from './UsageTable.tsx'

type Props = ChartProps & { hasTable: boolean; tableId: string }

/** The chart, and its numbers below it. */
export function ChartAndTable({ hasTable, tableId, ...chart }: Props) {
  return (
    <>
      <UsageChart {...chart} />
      {/* Who cannot see the chart has the table without asking for it. */}
      <div
        id={tableId}
        className={hasTable ? classes.numbers : 'visually-hidden'}
        {...(hasTable ? { tabIndex: 0, role: 'region', 'aria-label': 'Numbers' } : {})}
      >
        <UsageTable {...chart} />
      </div>
    </>
  )
}

type ButtonProps = { hasTable: boolean; tableId: string; onToggle: (hasTable: boolean) => void }

export function NumbersButton({ hasTable, tableId, onToggle }: ButtonProps) {
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      fw={500}
      mr={-8}
      c="var(--portal-link)"
      aria-expanded={hasTable}
      aria-controls={tableId}
      onClick={() => onToggle(!hasTable)}
    >
      {hasTable ? 'Hide numbers' : 'Show numbers'}
    </Button>
  )
}
