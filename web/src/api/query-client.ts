import { focusManager, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiFailure, isOutage } from './http.ts'

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** A 401 is about what was typed into a form, not about the session. */
      isSigningIn?: boolean
    }
  }
}

const MAX_RETRIES = 2

/** @param onSessionEnd called when the API no longer knows who is asking */
export function createQueryClient(onSessionEnd: () => void): QueryClient {
  watchFocus()
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (isUnauthorized(error)) onSessionEnd()
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (isUnauthorized(error) && !mutation.meta?.isSigningIn) onSessionEnd()
      },
    }),
    defaultOptions: {
      queries: { networkMode: 'always', retry: mayRetry },
      mutations: { networkMode: 'always' },
    },
  })
}

function isUnauthorized(error: Error): boolean {
  return error instanceof ApiFailure && error.status === 401
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
