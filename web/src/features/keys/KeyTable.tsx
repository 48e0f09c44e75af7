import { Skeleton } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/keys.ts'
import type { ReactNode } from 'react'
import type { KeyDialog } from './KeyDialogs.tsx'
import { KeyRow } from './KeyRow.tsx'
import classes from './KeyTable.module.css'
import type { Permissions } from './permissions.ts'

const SKELETON_ROWS = 5

type Props = {
  rows: ApiKey[]
  permissions: Permissions | null
  isStale: boolean
  onOpenDialog: (dialog: KeyDialog) => void
}

export function KeyTable({ rows, permissions, isStale, onOpenDialog }: Props) {
  return (
    <Frame isStale={isStale}>
      {rows.map((key) => (
        <KeyRow
          key={key.id}
          apiKey={key}
          mayChange={permissions?.mayChange(key) ?? null}
          onOpenDialog={onOpenDialog}
        />
      ))}
    </Frame>
  )
}

export function KeyTableSkeleton() {
  return (
    <div role="status" aria-label="Loading keys">
      <Frame isStale={false} isHidden>
        {Array.from({ length: SKELETON_ROWS }, (_, index) => (
          <tr key={index} role="row" className={classes.row}>
            <td role="cell" className={classes.label}>
              <Skeleton height={14} width={160 + ((index * 37) % 90)} my={4} />
            </td>
            <td role="cell" className={classes.key}>
              <Skeleton height={14} width={96} />
            </td>
            <td role="cell" className={classes.created}>
              <Skeleton height={14} width={84} />
            </td>
            <td role="cell" className={classes.used}>
              <Skeleton height={14} width={84} />
            </td>
            <td role="cell" className={classes.actions}>
              <Skeleton height={30} width={104} ml="auto" />
            </td>
          </tr>
        ))}
      </Frame>
    </div>
  )
}

type FrameProps = { isStale: boolean; isHidden?: boolean; children: ReactNode }

// On a narrow screen the style sheet stacks each row, which would take the table's meaning away
// from screen readers if the roles were not spelled out.
function Frame({ isStale, isHidden, children }: FrameProps) {
  return (
    <table
      role="table"
      className={classes.table}
      aria-label="API keys"
      aria-busy={isStale}
      aria-hidden={isHidden}
      data-stale={isStale || undefined}
    >
      <thead role="rowgroup" className={classes.head}>
        <tr role="row">
          <th role="columnheader" scope="col">
            Label
          </th>
          <th role="columnheader" scope="col">
            Key
          </th>
          <th role="columnheader" scope="col">
            Created
          </th>
          <th role="columnheader" scope="col">
            Last Used
          </th>
          <th role="columnheader" scope="col" className={classes.actionsHead}>
            Actions
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  )
}
