import { Skeleton } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/keys.ts'
import { useNearScreen } from '../../../ui/tables/use-near-screen.ts'
import type { ReactNode } from 'react'
import type { KeyDialog } from '../dialogs/KeyDialogs.tsx'
import { KeyRow } from './KeyRow.tsx'
import classes from './KeyTable.module.css'
import type { Permissions } from '../permissions.ts'

const SKELETON_ROWS = 5

// For pages that nobody has seen yet; the real height takes its place as they come near.
const USUAL_ROW_PX = 57

type RowProps = {
  permissions: Permissions | null
  onOpenDialog: (dialog: KeyDialog) => void
}

type Props = RowProps & {
  pages: ApiKey[][]
  isStale: boolean
  onSight: (page: number, isInSight: boolean) => void
}

export function KeyTable({ pages, isStale, onSight, ...row }: Props) {
  return (
    <Frame isStale={isStale} rowCount={pages.flat().length}>
      {pages.map((keys, index) => (
        <PageOfKeys
          key={index}
          keys={keys}
          isFirst={index === 0}
          onSight={(isInSight) => onSight(index, isInSight)}
          {...row}
        />
      ))}
    </Frame>
  )
}

type PageProps = RowProps & {
  keys: ApiKey[]
  isFirst: boolean
  onSight: (isInSight: boolean) => void
}

/** Its rows exist while they are near the screen, so that thousands of keys scroll like ten. */
function PageOfKeys({ keys, isFirst, onSight, permissions, onOpenDialog }: PageProps) {
  const [body, nearness] = useNearScreen<HTMLTableSectionElement>(
    isFirst ? { isNear: true } : { isNear: false, heightPx: keys.length * USUAL_ROW_PX },
    onSight,
  )
  return (
    <tbody role="rowgroup" ref={body} className={classes.page}>
      {nearness.isNear ? (
        keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            mayChange={permissions?.mayChange(key) ?? null}
            onOpenDialog={onOpenDialog}
          />
        ))
      ) : (
        <tr aria-hidden style={{ height: nearness.heightPx }} />
      )}
    </tbody>
  )
}

export function KeyTableSkeleton() {
  return (
    <div role="status" aria-label="Loading keys">
      <Frame isStale={false} isHidden>
        <tbody role="rowgroup" className={classes.page}>
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
        </tbody>
      </Frame>
    </div>
  )
}

type FrameProps = {
  isStale: boolean
  isHidden?: boolean
  rowCount?: number
  children: ReactNode
}

// On a narrow screen the style sheet stacks each row, which would take the table's meaning away
// from screen readers if the roles were not spelled out.
function Frame({ isStale, isHidden, rowCount, children }: FrameProps) {
  return (
    <table
      role="table"
      className={classes.table}
      aria-label="API keys"
      aria-busy={isStale}
      aria-hidden={isHidden}
      aria-rowcount={rowCount && rowCount + 1}
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
      {children}
    </table>
  )
}
