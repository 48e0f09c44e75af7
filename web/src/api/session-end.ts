import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { actForNobody } from './acting-for.ts'
import { ApiFailure } from './http.ts'

/** The state of the session that the page was opened with. */
export type SessionEnd = 'none' | 'ended' | 'signed-out' | 'changed'

const SESSION = 'session'
let state: SessionEnd = 'none'
const listeners = new Set<() => void>()

export function useSessionEnd(): SessionEnd {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}

/** Called when somebody has signed in. */
export function beginSession() {
  set('none')
}

/**
 * Empties the page: nothing that was loaded for the person stays, in memory or on the screen.
 *
 * @param end `changed` when another person has signed in since, `signed-out` by the person's wish
 */
export function endSession(queryClient: QueryClient, end: Exclude<SessionEnd, 'none'>) {
  set(end)
  queryClient.setQueryData([SESSION], null)
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION })
  queryClient.getMutationCache().clear()
  actForNobody()
}

/** The end of the session that an error reports; null if it reports none. */
export function sessionEndOf(error: unknown): 'ended' | 'changed' | null {
  if (!(error instanceof ApiFailure)) return null
  if (error.code === 'SESSION_CHANGED') return 'changed'
  return error.status === 401 ? 'ended' : null
}

function set(end: SessionEnd) {
  state = end
  for (const listener of listeners) listener()
}
