import {
  useMutation,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query'
import type {
  ApiKey,
  IssueKeyInput,
  KeyPage,
  RevokeKeyInput,
  UpdateKeyInput,
} from '@zentrix/shared/schemas/keys.ts'
import { call } from '../../api/http.ts'
import { useSureChange } from '../../api/use-sure-change.ts'
import type { Attempt } from '../../lib/use-attempt.ts'

export const REFRESH_MS = 15_000

export type RotateAttempt = { overlapSeconds: number; idempotencyKey: string }

/** The result holds the secret; the caller resets the mutation so that nothing keeps it. */
export function useIssueKey() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ input, idempotencyKey }: Attempt<IssueKeyInput>) =>
      call('POST /api/keys', {
        body: input,
        headers: { 'idempotency-key': idempotencyKey },
      }),
    onSuccess: () => refreshKeys(queryClient),
    gcTime: 0,
  })
}

/** The result holds the secret, as with `useIssueKey`. */
export function useRotateKey(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ overlapSeconds, idempotencyKey }: RotateAttempt) =>
      call('POST /api/keys/:id/rotate', {
        params: { id },
        body: { overlapSeconds },
        headers: { 'idempotency-key': idempotencyKey },
      }),
    onSuccess: () => refreshKeys(queryClient),
    gcTime: 0,
  })
}

/**
 * Asks which key a secret is. The secret is in no query, whose name would outlive it, and in no
 * variable of the call.
 */
export function useFindKey(secret: string) {
  return useMutation({
    mutationFn: () => call('POST /api/keys/find', { body: { key: secret } }),
    gcTime: 0,
  })
}

export function useUpdateKey(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (change: UpdateKeyInput) =>
      call('PATCH /api/keys/:id', { params: { id }, body: change }),
    onSuccess: (key) => {
      replaceKey(queryClient, key)
      refreshKeys(queryClient)
    },
  })
}

/**
 * @param onDone called once the key is known to be revoked
 */
export function useRevokeKey(
  id: string,
  onDone: () => void,
  sentences: { notDone: string; unknown: string },
) {
  const queryClient = useQueryClient()
  return useSureChange({
    change: (body: RevokeKeyInput) => call('DELETE /api/keys/:id', { params: { id }, body }),
    isDone: async () => (await call('GET /api/keys/:id', { params: { id } })).status === 'revoked',
    onDone: () => {
      removeKey(queryClient, id)
      refreshKeys(queryClient)
      onDone()
    },
    sentences,
  })
}

export type Pages = InfiniteData<KeyPage, string | null>

function changePages(queryClient: QueryClient, change: (keys: ApiKey[]) => ApiKey[]) {
  queryClient.setQueriesData<Pages>(
    { queryKey: ['keys', 'list'] },
    (loaded) =>
      loaded && {
        ...loaded,
        pages: loaded.pages.map((page) => ({ ...page, data: change(page.data) })),
      },
  )
}

function replaceKey(queryClient: QueryClient, changed: ApiKey) {
  queryClient.setQueryData(['key', changed.id], changed)
  changePages(queryClient, (keys) => keys.map((key) => (key.id === changed.id ? changed : key)))
}

function removeKey(queryClient: QueryClient, id: string) {
  changePages(queryClient, (keys) => keys.filter((key) => key.id !== id))
}

// Not awaited: a dialog closes when its own call is done.
function refreshKeys(queryClient: QueryClient) {
  for (const name of ['keys', 'leaked-keys', 'key', 'key-events'])
    void queryClient.invalidateQueries({ queryKey: [name] })
}
