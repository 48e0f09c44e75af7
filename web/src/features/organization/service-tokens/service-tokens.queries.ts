import { infiniteQueryOptions, useQueryClient } from '@tanstack/react-query'
import { IDEMPOTENCY_MINUTES } from '@zentrix/shared/limits.ts'
import { useRef } from 'react'
import type { IssueServiceTokenInput } from '@zentrix/shared/schemas/service-tokens.ts'
import { call } from '../../../api/http.ts'
import { doneIf, notDone, sentencesOf, useChange } from '../../../api/use-change.ts'
import type { Attempt } from '../../../lib/use-attempt.ts'
import { firstPage } from '../../../lib/first-page.ts'

const REFRESH_MS = 15_000
const PAGE_SIZE = 100

export const serviceTokensQuery = infiniteQueryOptions({
  queryKey: ['service-tokens'],
  queryFn: ({ pageParam, signal }) =>
    call('GET /api/service-tokens', {
      query: { limit: PAGE_SIZE, cursor: pageParam },
      signal,
    }),
  initialPageParam: firstPage,
  getNextPageParam: (page) => page.nextCursor,
  refetchInterval: REFRESH_MS,
  refetchOnWindowFocus: 'always',
})

/** Its answer holds the secret. A look can only find that the token was made. */
export function useIssueServiceToken() {
  const queryClient = useQueryClient()
  const known = useRef(new Set<string>())
  return useChange({
    change: ({ input, idempotencyKey }: Attempt<IssueServiceTokenInput>) => {
      const loaded = queryClient.getQueryData(serviceTokensQuery.queryKey)?.pages ?? []
      known.current = new Set(loaded.flatMap(({ data }) => data.map(({ id }) => id)))
      return call('POST /api/service-tokens', {
        body: input,
        headers: { 'idempotency-key': idempotencyKey },
      })
    },
    look: async ({ input }) => {
      const { data } = await call('GET /api/service-tokens', {})
      const made = data.find(
        ({ id, name, createdAt }) =>
          name === input.name.trim() &&
          !known.current.has(id) &&
          Date.now() - Date.parse(createdAt) < IDEMPOTENCY_MINUTES * 60_000,
      )
      if (!made) return notDone
      return {
        kind: 'unclear',
        title: `The token ${made.masked} was made, but the answer that holds it was lost.`,
        detail: `To see it, do the same again within ${IDEMPOTENCY_MINUTES} minutes: that never makes a second token.`,
      }
    },
    sentences: {
      notDone: 'No token was made.',
      unknown: 'It is not known whether a token was made.',
      repeating: `Trying again within ${IDEMPOTENCY_MINUTES} minutes never makes a second token.`,
      refused: '',
    },
    // Not awaited: the token is shown at once.
    onDone: () => void queryClient.invalidateQueries({ queryKey: ['service-tokens'] }),
  })
}

export function useRevokeServiceToken() {
  const queryClient = useQueryClient()
  return useChange({
    change: (id: string) => call('DELETE /api/service-tokens/:id', { params: { id } }),
    look: async (id) => doneIf(!(await isListed(id))),
    sentences: sentencesOf('The token was', 'revoked'),
    onDone: (_, id) => {
      queryClient.setQueryData(
        serviceTokensQuery.queryKey,
        (loaded) =>
          loaded && {
            ...loaded,
            pages: loaded.pages.map((page) => ({
              ...page,
              data: page.data.filter((token) => token.id !== id),
            })),
          },
      )
      void queryClient.invalidateQueries({ queryKey: ['service-tokens'] })
    },
  })
}

/** Whether a token is there and not revoked, on whatever page of the list. */
async function isListed(id: string, cursor: string | null = null): Promise<boolean> {
  const { data, nextCursor } = await call('GET /api/service-tokens', {
    query: { limit: PAGE_SIZE, cursor },
  })
  if (data.some((token) => token.id === id)) return true
  return nextCursor !== null && isListed(id, nextCursor)
}
