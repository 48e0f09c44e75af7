import {
  focusManager,
  MutationCache,
  QueryCache,
  QueryClient,
  type Query,
} from '@tanstack/react-query'
import { isOutage } from './http.ts'
import { sessionEndOf } from './session-end.ts'

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** A 401 is about what was typed into a form, not about the session. */
      isSigningIn?: boolean
    }
    queryMeta: {
      /** The subject of the query, for `UnreadNotice`, where the page does not show its failure. */
      reads?: string
    }
  }
}

const MAX_RETRIES = 2

/** @param onSessionEnd called when the session has ended, or is another person's now */
export function createQueryClient(
  onSessionEnd: (end: 'ended' | 'changed', queryClient: QueryClient) => void,
): QueryClient {
  watchFocus()
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (!mutation.meta?.isSigningIn) notice(error)
      },
    }),
    defaultOptions: {
      queries: { networkMode: 'always', retry: mayRetry },
      mutations: { networkMode: 'always' },
    },
  })
  window.addEventListener('online', () => readAgain(findFailed(queryClient)))
  return queryClient

  function notice(error: Error) {
    const end = sessionEndOf(error)
    if (end !== null) onSessionEnd(end, queryClient)
  }
}

/** Whatever the page shows that could not be read, or not again. */
export function findFailed(queryClient: QueryClient): Query[] {
  return queryClient.getQueryCache().findAll({
    type: 'active',
    // A list that lacks only its next page would be read from its beginning.
    predicate: ({ state }) => state.status === 'error' && !state.fetchMeta?.fetchMore,
  })
}

export function readAgain(queries: Query[]) {
  // Each says its own failure.
  for (const query of queries) void query.fetch().catch(() => undefined)
}

function mayRetry(failures: number, error: Error): boolean {
  return isOutage(error) && failures < MAX_RETRIES
}

// By itself the library refreshes only when a tab becomes visible. Two windows side by side are
// both visible, so a revoke in one would stay unseen in the other.
function watchFocus() {
  focusManager.setEventListener((onFocus) => {
    const refresh = () => {
      if (document.visibilityState !== 'hidden') onFocus()
    }
    window.addEventListener('visibilitychange', refresh)
    window.addEventListener('focus', refresh)
    return () => {
      window.removeEventListener('visibilitychange', refresh)
      window.removeEventListener('focus', refresh)
    }
  })
}
