import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import type { KeyCounts, KeySort } from '@zentrix/shared/schemas/keys.ts'
import { useRef } from 'react'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { LoadMore } from '../../../ui/tables/LoadMore.tsx'
import { keyListQuery, useFreshKeys } from './key-list.queries.ts'
import type { KeyDialog } from '../dialogs/key-dialog.ts'
import { useHeld } from '../../../lib/use-held.ts'
import { KeyTable, KeyTableSkeleton } from './table/KeyTable.tsx'
import { isFiltered, type ListedStatus, type ListFilter } from './list-filter.ts'
import { NoKeys, NoMatch } from './NoKeys.tsx'
import type { Permissions } from '../permissions.ts'

type Props = {
  filter: ListFilter
  counts: KeyCounts | undefined
  permissions: Permissions | null
  /**
   * Nothing is fetched while a new key is shown: an ended session must not take the key away. The list
   * stays as it is behind the dialog.
   */
  isPaused: boolean
  /** Whether the search has found refused requests, if no key. */
  hasRefusals: boolean
  onGenerate: () => void
  onClear: () => void
  onShow: (status: ListedStatus) => void
  onSort: (sort: KeySort) => void
  onOpenDialog: (dialog: KeyDialog) => void
  /** The keys that are chosen; null while none can be. */
  chosen: ReadonlySet<string> | null
  onChoose: (id: string, isChosen: boolean) => void
}

export function KeyList({
  filter,
  counts,
  permissions,
  isPaused,
  hasRefusals,
  onGenerate,
  onClear,
  onShow,
  onSort,
  onOpenDialog,
  chosen,
  onChoose,
}: Props) {
  const pagesInSight = useRef(new Set<number>())
  const keys = useInfiniteQuery({ ...keyListQuery(filter), placeholderData: keepPreviousData })
  const fresh = useFreshKeys(filter, {
    pagesInSight,
    hasList: keys.isSuccess && !keys.isPlaceholderData,
    isPaused,
  })
  const pages = useHeld(keys.data, isPaused)?.pages.map(({ data }) => data) ?? []
  const count = pages.flat().length
  const failed = keys.isError ? keys : fresh.isError ? fresh : null

  // The new page continues a list that may have changed meanwhile, so refresh that too.
  async function loadMore() {
    const { isError } = await keys.fetchNextPage()
    if (!isError) await fresh.refetch()
  }

  if (keys.isPending && !keys.isError) return <KeyTableSkeleton />
  return (
    <>
      {failed && (
        <Failure
          title={count > 0 ? 'The list could not be refreshed' : 'The keys could not be loaded'}
          message={sentenceOf(failed.error)}
          requestId={failed.error instanceof ApiFailure ? failed.error.requestId : null}
          onRetry={() => void (keys.isFetchNextPageError ? loadMore() : failed.refetch())}
          isRetrying={failed.isFetching}
        />
      )}
      {count > 0 && (
        <KeyTable
          pages={pages}
          permissions={permissions}
          isStale={keys.isPlaceholderData}
          sort={filter.sort}
          onSort={onSort}
          onOpenDialog={onOpenDialog}
          chosen={chosen}
          onChoose={onChoose}
          onSight={(page, isInSight) => {
            if (isInSight) pagesInSight.current.add(page)
            else pagesInSight.current.delete(page)
          }}
        />
      )}
      {count === 0 && keys.isSuccess && isFiltered(filter) && !hasRefusals && (
        <NoMatch status={filter.status} counts={counts} onClear={onClear} onShow={onShow} />
      )}
      {count === 0 && keys.isSuccess && !isFiltered(filter) && (
        <NoKeys
          status={filter.status}
          counts={counts}
          onGenerate={permissions?.mayIssue ? onGenerate : null}
        />
      )}
      {(keys.hasNextPage || pages.length > 1) && (
        <LoadMore
          loaded={`${count.toLocaleString('en')} keys`}
          hasMore={keys.hasNextPage}
          isLoading={keys.isFetchingNextPage}
          onLoad={() => void loadMore()}
          isAutomatic={!keys.isFetchNextPageError && !keys.isPlaceholderData}
        />
      )}
    </>
  )
}
