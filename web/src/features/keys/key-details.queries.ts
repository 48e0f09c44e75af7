import {
  infiniteQueryOptions,
  queryOptions,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { ApiFailure, call } from '../../api/http.ts'
import { REFRESH_MS, type Pages } from './keys.queries.ts'

export const CHART_DAYS = 30

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

/** The key; shown at once when a list has loaded it before. */
export function useKey(id: string, isPaused: boolean) {
  const queryClient = useQueryClient()
  return useQuery({
    ...keyQuery(id),
    ...(isPaused ? paused : {}),
    placeholderData: () => findListed(queryClient, id),
  })
}

export function isNotFound(error: Error | null): boolean {
  return error instanceof ApiFailure && (error.status === 404 || error.code === 'INVALID_INPUT')
}

/** Requests per day, in UTC, today included. */
export function dailyUsageQuery(id: string) {
  return queryOptions({
    queryKey: ['key-usage', id, 'day'],
    queryFn: ({ signal }) => {
      const now = Date.now()
      const today = now - (now % DAY_MS)
      const from = new Date(today - (CHART_DAYS - 1) * DAY_MS).toISOString()
      const query = { interval: 'day', from } as const
      return call('GET /api/keys/:id/usage', { params: { id }, query, signal })
    },
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
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchOnWindowFocus: 'always',
  })
}

function findListed(queryClient: QueryClient, id: string): ApiKey | undefined {
  return queryClient
    .getQueriesData<Pages>({ queryKey: ['keys', 'list'] })
    .flatMap(([, list]) => list?.pages.flatMap(({ data }) => data) ?? [])
    .find((key) => key.id === id)
}
