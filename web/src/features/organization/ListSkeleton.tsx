import { Skeleton } from '@mantine/core'
import { Cell, Row, StackedTable } from '../../ui/tables/StackedTable.tsx'
import classes from './List.module.css'

const SKELETON_ROWS = 3

/** Rows of the real height, while a list loads. */
export function ListSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label}>
      <StackedTable label={label} columns={[]} look="filling" isHidden>
        <tbody role="rowgroup">
          {Array.from({ length: SKELETON_ROWS }, (_, index) => (
            <Row key={index} className={classes.row}>
              <Cell className={classes.main}>
                <Skeleton height={12} width={150 + ((index * 37) % 60)} mb={8} />
                <Skeleton height={10} width={200} />
              </Cell>
              <Cell className={classes.fact}>
                <Skeleton height={12} width={70} />
              </Cell>
            </Row>
          ))}
        </tbody>
      </StackedTable>
    </div>
  )
}
