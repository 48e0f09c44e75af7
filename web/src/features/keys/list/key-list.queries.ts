import {
  infiniteQueryOptions,
  keepPreviousData,
  useQuery,
  useQueryClient,
  type QueryKey,
} from '@tanstack/react-query'
import type { ApiKey, KeyPage } from '@zentrix/shared/schemas/keys.ts'
import type { RefObject } from 'react'
import { call } from '../../../api/http.ts'
import { withFreshPage } from './fresh-page.ts'
import { useHeld } from '../../../lib/use-held.ts'
import { REFRESH_MS, type Pages } from '../keys.queries.ts'
import { firstPage } from '../../../lib/first-page.ts'
import type { ListFilter } from './list-filter.ts'

const PAGE_SIZE = 50
const LEAK_REFRESH_MS = 60_000
const COUNT_REFRESH_MS = 60_000

/** The loaded part of the list. `useFreshKeys` keeps it up to date, page by page. */
export function keyListQuery(filter: ListFilter) {
  return infiniteQueryOptions({
    queryKey: ['keys', 'list', filter],
    queryFn: ({ pageParam, signal }) => readPage(filter, pageParam, signal),
    initialPageParam: firstPage,
    getNextPageParam: (page) => page.nextCursor,
    // The library's own refetch would read every loaded page again, one after the other.
    staleTime: 'static',
  })
}

type FreshOptions = {
  /** The numbers of the pages that the person can see. */
  pagesInSight: RefObject<ReadonlySet<number>>
  hasList: boolean
  isPaused: boolean
}

/**
 * Refreshes the pages in sight and the newest keys, at intervals and when the person comes back.
 * A list of ten thousand keys costs no more than one of ten.
 */
export function useFreshKeys(
  filter: ListFilter,
  { pagesInSight, hasList, isPaused }: FreshOptions,
) {
  const queryClient = useQueryClient()
  const queryKey: QueryKey = keyListQuery(filter).queryKey
  return useQuery({
    queryKey: ['keys', 'fresh', filter],
    queryFn: async ({ signal }) => {
      for (const index of new Set([0, ...pagesInSight.current])) {
        const loaded = queryClient.getQueryData<Pages>(queryKey)
        const cursor = loaded?.pageParams[index]
        if (cursor === undefined) continue
        const fresh = await readPage(filter, cursor, signal)
        queryClient.setQueryData<Pages>(
          queryKey,
          (list) => list && withFreshPage(list, index, fresh, filter.sort),
        )
      }
      return null
    },
    enabled: hasList,
    initialData: null, // a list is fresh when it has just been loaded
    staleTime: REFRESH_MS,
    refetchInterval: isPaused ? false : REFRESH_MS,
    refetchOnWindowFocus: isPaused ? false : 'always',
  })
}

/** How many keys of each tab fit the search; undefined while it is not known. */
export function useKeyCounts({ q, environment, createdById }: ListFilter, isPaused: boolean) {
  const query = { q, environment, createdById }
  const { data, isError } = useQuery({
    queryKey: ['keys', 'counts', query],
    queryFn: ({ signal }) => call('GET /api/keys/counts', { query, signal }),
    placeholderData: keepPreviousData,
    meta: { reads: 'the number of keys' },
    refetchInterval: isPaused ? false : COUNT_REFRESH_MS,
    refetchOnWindowFocus: isPaused ? false : 'always',
  })
  const shown = useHeld(data, isPaused)
  return isError ? undefined : shown // an old number may have become wrong
}

/**
 * The newest keys that leaked and are neither revoked nor expired; none until they are known.
 *
 * @param isPaused true while a new key is shown: then nothing is fetched
 */
export function useLeakedKeys(isPaused: boolean): ApiKey[] {
  const { data } = useQuery({
    queryKey: ['leaked-keys'],
    queryFn: ({ signal }) => call('GET /api/keys', { query: { hygiene: 'leaked' }, signal }),
    staleTime: LEAK_REFRESH_MS,
    meta: { reads: 'the leaked keys' },
    refetchInterval: isPaused ? false : LEAK_REFRESH_MS,
    refetchOnWindowFocus: isPaused ? false : 'always',
  })
  return useHeld(data, isPaused)?.data ?? []
}

function readPage(
  filter: ListFilter,
  cursor: string | null,
  signal: AbortSignal,
): Promise<KeyPage> {
  const sort = filter.sort === 'created' ? null : filter.sort // the usual order, as asked early
  const query = { ...filter, sort, limit: PAGE_SIZE, cursor }
  return call('GET /api/keys', { query, signal })
}
