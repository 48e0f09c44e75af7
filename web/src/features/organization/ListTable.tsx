import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './ListTable.module.css'

const SKELETON_ROWS = 3

type Props = { label: string; columns: string[]; children: ReactNode }

/** A table that fills the section around it. The last column holds what can be done. */
// The roles are spelled out because the style sheet stacks the rows on a narrow screen.
export function ListTable({ label, columns, children }: Props) {
  return (
    <div className={classes.frame}>
      <table role="table" className={classes.table} aria-label={label}>
        <thead role="rowgroup" className={classes.head}>
          <tr role="row">
            {columns.map((name) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">{children}</tbody>
      </table>
    </div>
  )
}

/** Rows of the real height, while a list loads. */
export function ListSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className={classes.frame}>
      <table className={classes.table} aria-hidden>
        <tbody>
          {Array.from({ length: SKELETON_ROWS }, (_, index) => (
            <tr key={index} className={classes.row}>
              <td className={classes.main}>
                <Skeleton height={12} width={150 + ((index * 37) % 60)} mb={8} />
                <Skeleton height={10} width={200} />
              </td>
              <td className={classes.fact}>
                <Skeleton height={12} width={70} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
