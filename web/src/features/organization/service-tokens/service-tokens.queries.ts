import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { IssueServiceTokenInput } from '@zentrix/shared/schemas/service-tokens.ts'
import { call } from '../../../api/http.ts'
import type { Attempt } from '../../../lib/use-attempt.ts'

const REFRESH_MS = 15_000
const PAGE_SIZE = 100

export const serviceTokensQuery = infiniteQueryOptions({
  queryKey: ['service-tokens'],
  queryFn: ({ pageParam, signal }) =>
    call('GET /api/service-tokens', {
      query: { limit: PAGE_SIZE, cursor: pageParam },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
  refetchInterval: REFRESH_MS,
  refetchOnWindowFocus: 'always',
})

/** The result holds the secret; the caller resets the mutation so that nothing keeps it. */
export function useIssueServiceToken() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ input, idempotencyKey }: Attempt<IssueServiceTokenInput>) =>
      call('POST /api/service-tokens', {
        body: input,
        headers: { 'idempotency-key': idempotencyKey },
      }),
    // Not awaited: the token is shown at once.
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['service-tokens'] }),
    gcTime: 0,
  })
}

export function useRevokeServiceToken() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call('DELETE /api/service-tokens/:id', { params: { id } }),
    onSuccess: (_, id) => {
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
