import {
  infiniteQueryOptions,
  queryOptions,
  useQueries,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { ApiFailure, call } from '../../api/http.ts'
import { firstPage } from '../../lib/first-page.ts'
import { useHeld } from '../../lib/use-held.ts'
import { findListed, REFRESH_MS } from './keys.queries.ts'
import { startOfChart } from './usage/usage-series.ts'

/** Nothing is fetched while a new key is shown: an ended session must not take the key away. */
export const paused = { refetchInterval: false, refetchOnWindowFocus: false } as const

export function keyQuery(id: string) {
  return queryOptions({
    queryKey: ['key', id],
    queryFn: ({ signal }) => call('GET /api/keys/:id', { params: { id }, signal }),
    refetchInterval: ({ state }) => (isNotFound(state.error) ? false : REFRESH_MS),
    refetchOnWindowFocus: 'always',
  })
}

/** The key; shown at once when a list has loaded it before, and kept as it is while paused. */
export function useKey(id: string, isPaused: boolean) {
  const query = useQuery(listedKeyQuery(useQueryClient(), id, isPaused))
  return { ...query, data: useHeld(query.data, isPaused) }
}

/** Whether the keys that this one was rotated from and to are there to show, or cannot be read. */
export function useRotationsAreRead(
  { rotatedFrom, rotatedTo }: ApiKey,
  isPaused: boolean,
): boolean {
  const queryClient = useQueryClient()
  const ids = [rotatedFrom, rotatedTo].filter((id) => id !== null)
  const others = useQueries({
    queries: ids.map((id) => listedKeyQuery(queryClient, id, isPaused)),
  })
  return others.every(({ isPending }) => !isPending)
}

function listedKeyQuery(queryClient: QueryClient, id: string, isPaused: boolean) {
  return {
    ...keyQuery(id),
    ...(isPaused ? paused : {}),
    placeholderData: () => findListed(queryClient).find((key) => key.id === id),
  }
}

export function isNotFound(error: Error | null): boolean {
  return error instanceof ApiFailure && (error.status === 404 || error.code === 'INVALID_INPUT')
}

/** Requests per hour, over the days of the chart: the API's own days are those of UTC alone. */
export function chartUsageQuery(id: string) {
  return queryOptions({
    queryKey: ['key-usage', id, 'chart'],
    queryFn: ({ signal }) => {
      const query = { interval: 'hour', from: startOfChart(Date.now()) } as const
      return call('GET /api/keys/:id/usage', { params: { id }, query, signal })
    },
    refetchInterval: 4 * REFRESH_MS,
  })
}

/** From where the key is presented, and why it was refused. */
export function keyCallersQuery(id: string) {
  return queryOptions({
    queryKey: ['key-callers', id],
    queryFn: ({ signal }) => call('GET /api/keys/:id/callers', { params: { id }, signal }),
    refetchInterval: 4 * REFRESH_MS,
  })
}

/** Requests of the last 24 hours. */
export function lastDayUsageQuery(id: string) {
  return queryOptions({
    queryKey: ['key-usage', id, 'last-day'],
    queryFn: ({ signal }) => call('GET /api/keys/:id/usage', { params: { id }, signal }),
  })
}

export function keyEventsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['key-events', id],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/audit-events', {
        query: { keyId: id, limit: 20, cursor: pageParam },
        signal,
      }),
    initialPageParam: firstPage,
    getNextPageParam: (page) => page.nextCursor,
    refetchOnWindowFocus: 'always',
  })
}
