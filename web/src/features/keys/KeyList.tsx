import { Group } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { ApiFailure, sentenceOf } from '../../api/http.ts'
import { BusyButton } from '../../ui/BusyButton.tsx'
import { Failure } from '../../ui/Failure.tsx'
import type { KeyDialog } from './KeyDialogs.tsx'
import { KeyTable, KeyTableSkeleton } from './KeyTable.tsx'
import { keysQuery } from './keys.queries.ts'
import type { ListFilter } from './list-filter.ts'
import { NoKeys, NoMatch } from './NoKeys.tsx'
import type { Permissions } from './permissions.ts'

type Props = {
  filter: ListFilter
  permissions: Permissions | null
  /** While a new key is on show nothing is fetched: a session that ended must not take it away. */
  isPaused: boolean
  onGenerate: () => void
  onClear: () => void
  onOpenDialog: (dialog: KeyDialog) => void
}

export function KeyList({
  filter,
  permissions,
  isPaused,
  onGenerate,
  onClear,
  onOpenDialog,
}: Props) {
  const keys = useInfiniteQuery({
    ...keysQuery(filter),
    ...(isPaused ? { refetchInterval: false, refetchOnWindowFocus: false } : {}),
    placeholderData: keepPreviousData,
  })
  const rows = keys.data?.pages.flatMap((page) => page.data) ?? []
  const isFiltered = filter.q !== '' || filter.environment !== ''

  if (keys.isPending && !keys.isError) return <KeyTableSkeleton />
  return (
    <>
      {keys.isError && (
        <Failure
          title={
            rows.length > 0 ? 'The list could not be refreshed' : 'The keys could not be loaded'
          }
          message={sentenceOf(keys.error)}
          requestId={keys.error instanceof ApiFailure ? keys.error.requestId : null}
          onRetry={() => keys.refetch()}
          isRetrying={keys.isFetching}
        />
      )}
      {rows.length > 0 && (
        <KeyTable
          rows={rows}
          permissions={permissions}
          isStale={keys.isPlaceholderData}
          onOpenDialog={onOpenDialog}
        />
      )}
      {rows.length === 0 && keys.isSuccess && isFiltered && <NoMatch onClear={onClear} />}
      {rows.length === 0 && keys.isSuccess && !isFiltered && (
        <NoKeys status={filter.status} onGenerate={permissions?.mayIssue ? onGenerate : null} />
      )}
      {keys.hasNextPage && (
        <Group justify="center" mt="md">
          <BusyButton
            variant="default"
            size="xs"
            isBusy={keys.isFetchingNextPage}
            onClick={() => keys.fetchNextPage()}
          >
            Load more
          </BusyButton>
        </Group>
      )}
    </>
  )
}
