import { UnstyledButton } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './StackedTable.module.css'

/** A column that the rows can be sorted by, latest first. */
export type SortColumn = { name: string; isSorted: boolean; onSort: () => void }

type TableProps = {
  label: string
  columns: (string | SortColumn)[]
  /** `framed` has a border of its own, `filling` takes all of the section around it. */
  look: 'framed' | 'filling'
  /** Whether the last column holds buttons. */
  hasActions?: boolean
  isStale?: boolean
  isHidden?: boolean
  /** For a table that draws only some of its rows. */
  rowCount?: number
  className?: string | undefined
  /** The bodies of the table. */
  children: ReactNode
}

/** A table whose rows are laid out as small cards on a narrow screen. */
// That layout would take the table's meaning away from screen readers if the roles were not
// spelled out.
export function StackedTable(props: TableProps) {
  const { label, columns, look, hasActions, isStale, isHidden, rowCount, className } = props
  const table = (
    <table
      role="table"
      className={joined(classes.table, look === 'framed' && classes.framed, className)}
      aria-label={label}
      aria-busy={isStale}
      aria-hidden={isHidden}
      aria-rowcount={rowCount && rowCount + 1}
      data-stale={isStale || undefined}
      data-actions={hasActions || undefined}
    >
      <thead role="rowgroup" className={classes.head}>
        <tr role="row">
          {columns.map((column) =>
            typeof column === 'string' ? (
              <th key={column} role="columnheader" scope="col">
                {column}
              </th>
            ) : (
              <SortHead key={column.name} {...column} />
            ),
          )}
        </tr>
      </thead>
      {props.children}
    </table>
  )
  return look === 'filling' ? <div className={classes.filling}>{table}</div> : table
}

function SortHead({ name, isSorted, onSort }: SortColumn) {
  return (
    <th role="columnheader" scope="col" aria-sort={isSorted ? 'descending' : undefined}>
      <UnstyledButton
        className={classes.sort ?? ''}
        data-sorted={isSorted || undefined}
        onClick={onSort}
        title="Latest first"
      >
        {name}
        <IconArrowDown size={13} aria-hidden />
      </UnstyledButton>
    </th>
  )
}

type PartProps = { className?: string | undefined; children: ReactNode }

export function Row({ className, children }: PartProps) {
  return (
    <tr role="row" className={joined(classes.row, className)}>
      {children}
    </tr>
  )
}

export function Cell({ className, children }: PartProps) {
  return (
    <td role="cell" className={className}>
      {children}
    </td>
  )
}

/** Says what a cell holds where the heads of the columns are not shown. */
export function Caption({ children }: { children: string }) {
  return (
    <span className={classes.caption} aria-hidden>
      {children}{' '}
    </span>
  )
}

function joined(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
