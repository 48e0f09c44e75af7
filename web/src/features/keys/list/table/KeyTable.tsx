import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ApiKey, KeySort } from '@zentrix/shared/schemas/keys.ts'
import { usePolicy } from '../../../../api/policy.queries.ts'
import { sessionQuery } from '../../../../api/session.queries.ts'
import { moveWithinRows } from '../../../../ui/tables/move-within-rows.ts'
import { Cell, Row, StackedTable } from '../../../../ui/tables/StackedTable.tsx'
import { useIsPrinting } from '../../../../lib/printing.ts'
import { useNearScreen } from '../../../../ui/tables/use-near-screen.ts'
import type { ReactNode } from 'react'
import type { KeyDialog } from '../../dialogs/key-dialog.ts'
import { KeyRow } from './KeyRow.tsx'
import classes from './KeyTable.module.css'
import type { Permissions } from '../../permissions.ts'

const SKELETON_ROWS = 5

// The estimated height of pages that were not shown yet; the real one replaces it later.
const USUAL_ROW_PX = 57

type RowProps = {
  permissions: Permissions | null
  onOpenDialog: (dialog: KeyDialog) => void
  /** The keys that are chosen; null while none can be. */
  chosen: ReadonlySet<string> | null
  onChoose: (id: string, isChosen: boolean) => void
}

type Props = RowProps & {
  pages: ApiKey[][]
  isStale: boolean
  sort: KeySort
  onSort: (sort: KeySort) => void
  onSight: (page: number, isInSight: boolean) => void
}

export function KeyTable({ pages, isStale, sort, onSort, onSight, ...row }: Props) {
  const personId = useQuery(sessionQuery).data?.user.id
  const keys = pages.flat()
  const hasSeveralMakers = keys.some(({ createdBy }) => createdBy && createdBy.id !== personId)
  return (
    <div onKeyDown={moveWithinRows}>
      <Frame isStale={isStale} rowCount={keys.length} sort={sort} onSort={onSort}>
        {pages.map((page, index) => (
          <PageOfKeys
            key={index}
            keys={page}
            reader={hasSeveralMakers ? personId : undefined}
            isFirst={index === 0}
            onSight={(isInSight) => onSight(index, isInSight)}
            {...row}
          />
        ))}
      </Frame>
    </div>
  )
}

function creatorOf({ createdBy }: ApiKey, reader: string): string | null {
  return createdBy && (createdBy.id === reader ? 'you' : createdBy.name)
}

type PageProps = RowProps & {
  keys: ApiKey[]
  /** The person who reads, if the rows name who made each key. */
  reader: string | undefined
  isFirst: boolean
  onSight: (isInSight: boolean) => void
}

/** Draws its rows only near the screen, so that thousands of keys scroll like ten; on paper all. */
function PageOfKeys(props: PageProps) {
  const { keys, reader, isFirst, onSight, permissions, onOpenDialog, chosen, onChoose } = props
  const policy = usePolicy()
  const [body, nearness] = useNearScreen<HTMLTableSectionElement>(
    isFirst ? { isNear: true } : { isNear: false, heightPx: keys.length * USUAL_ROW_PX },
    onSight,
  )
  const isPrinting = useIsPrinting()
  return (
    <tbody role="rowgroup" ref={body}>
      {nearness.isNear || isPrinting ? (
        keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            mayChange={permissions?.mayChange(key) ?? null}
            creator={reader === undefined ? null : creatorOf(key, reader)}
            policy={policy}
            onOpenDialog={onOpenDialog}
            isChosen={chosen && chosen.has(key.id)}
            onChoose={onChoose}
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
        <tbody role="rowgroup">
          {Array.from({ length: SKELETON_ROWS }, (_, index) => (
            <Row key={index} className={classes.row}>
              <Cell className={classes.label}>
                <Skeleton height={14} width={160 + ((index * 37) % 90)} my={4} />
              </Cell>
              <Cell className={classes.key}>
                <Skeleton height={14} width={96} />
              </Cell>
              <Cell className={classes.created}>
                <Skeleton height={14} width={84} />
              </Cell>
              <Cell className={classes.used}>
                <Skeleton height={14} width={84} />
              </Cell>
              <Cell className={classes.actions}>
                <Skeleton height={30} width={104} ml="auto" />
              </Cell>
            </Row>
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
  sort?: KeySort
  onSort?: (sort: KeySort) => void
  children: ReactNode
}

function Frame({ sort = 'created', onSort, ...props }: FrameProps) {
  const sortable = (name: string, by: KeySort) =>
    onSort ? { name, isSorted: sort === by, onSort: () => onSort(by) } : name
  return (
    <StackedTable
      label="API keys"
      columns={[
        'Label',
        'Key',
        sortable('Created', 'created'),
        sortable('Last used', 'lastUsed'),
        'Actions',
      ]}
      look="framed"
      hasActions
      {...props}
    />
  )
}
