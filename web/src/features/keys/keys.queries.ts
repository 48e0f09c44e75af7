import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import type {
  ApiKey,
  IssueKeyInput,
  KeyPage,
  RevokeKeyInput,
  UpdateKeyInput,
} from '@zentrix/shared/schemas/keys.ts'
import { useRef } from 'react'
import { IDEMPOTENCY_MINUTES } from '@zentrix/shared/limits.ts'
import { call } from '../../api/http.ts'
import { useAsk } from '../../api/use-ask.ts'
import { doneIf, notDone, useChange, type Found, type Sentences } from '../../api/use-change.ts'
import { sessionQuery } from '../../api/session.queries.ts'
import type { Attempt } from '../../lib/use-attempt.ts'

export const REFRESH_MS = 15_000

export type RotateAttempt = { overlapSeconds: number; idempotencyKey: string }

/** Its answer holds the secret. A look can only find that the key was made. */
export function useIssueKey() {
  const queryClient = useQueryClient()
  const known = useRef(new Set<string>())
  return useChange({
    change: ({ input, idempotencyKey }: Attempt<IssueKeyInput>) => {
      known.current = new Set(findListed(queryClient).map(({ id }) => id))
      return call('POST /api/keys', {
        body: input,
        headers: { 'idempotency-key': idempotencyKey },
      })
    },
    look: async ({ input }) => {
      const userId = queryClient.getQueryData(sessionQuery.queryKey)?.user.id
      const { data } = await call('GET /api/keys', { query: { status: 'all' } })
      const made = data.find(
        ({ id, label, createdBy, createdAt }) =>
          label === input.label.trim() &&
          createdBy?.id === userId &&
          !known.current.has(id) &&
          Date.now() - Date.parse(createdAt) < IDEMPOTENCY_MINUTES * 60_000,
      )
      return made ? keyWasMade(made) : notDone
    },
    sentences: issueSentences,
    onDone: () => refreshKeys(queryClient),
  })
}

/** As with `useIssueKey`. */
export function useRotateKey(id: string) {
  const queryClient = useQueryClient()
  return useChange({
    change: ({ overlapSeconds, idempotencyKey }: RotateAttempt) =>
      call('POST /api/keys/:id/rotate', {
        params: { id },
        body: { overlapSeconds },
        headers: { 'idempotency-key': idempotencyKey },
      }),
    look: async () => {
      const { rotatedTo } = await readKey(id)
      return rotatedTo === null ? notDone : keyWasMade(await readKey(rotatedTo))
    },
    sentences: issueSentences,
    onDone: () => refreshKeys(queryClient),
  })
}

const issueSentences = {
  notDone: 'No key was made.',
  unknown: 'It is not known whether a key was made.',
  repeating: `Trying again within ${IDEMPOTENCY_MINUTES} minutes never makes a second key.`,
  refused: '',
}

function keyWasMade({ masked }: ApiKey): Found<never> {
  return {
    kind: 'unclear',
    title: `The key ${masked} was made, but the answer that holds it was lost.`,
    detail: `To see it, do the same again within ${IDEMPOTENCY_MINUTES} minutes: that never makes a second key.`,
  }
}

/**
 * Asks which key a secret is. The secret is in no query, whose name would outlive it, and in no
 * variable of the call.
 */
export function useFindKey(secret: string) {
  return useAsk({ ask: () => call('POST /api/keys/find', { body: { key: secret } }) })
}

export function useUpdateKey(id: string, sentences: Sentences) {
  const queryClient = useQueryClient()
  return useChange({
    change: (change: UpdateKeyInput) =>
      call('PATCH /api/keys/:id', { params: { id }, body: change }),
    look: async (change) => {
      const key = await readKey(id)
      // Its schemas are no part of the list's first load.
      const { hasChange } = await import('./has-change.ts')
      return hasChange(key, change) ? { kind: 'done', answer: key } : notDone
    },
    sentences,
    onDone: (key) => {
      replaceKey(queryClient, key)
      refreshKeys(queryClient)
    },
  })
}

/** @param onDone called once the key is known to be revoked */
export function useRevokeKey(id: string, onDone: () => void, sentences: Sentences) {
  const queryClient = useQueryClient()
  return useChange({
    change: (body: RevokeKeyInput) => call('DELETE /api/keys/:id', { params: { id }, body }),
    look: async () => doneIf((await readKey(id)).status === 'revoked'),
    sentences,
    onDone: () => {
      removeKey(queryClient, id)
      refreshKeys(queryClient)
      onDone()
    },
  })
}

function readKey(id: string): Promise<ApiKey> {
  return call('GET /api/keys/:id', { params: { id } })
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

/** The keys of every list that is loaded. */
export function findListed(queryClient: QueryClient): ApiKey[] {
  return queryClient
    .getQueriesData<Pages>({ queryKey: ['keys', 'list'] })
    .flatMap(([, list]) => list?.pages.flatMap(({ data }) => data) ?? [])
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
