import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { call } from './http.ts'
import { endSession } from './session-end.ts'
import { doneIf, useChange } from './use-change.ts'

type Options = {
  /** The page's next step; without it, the session ends for the whole portal. */
  onDone?: (queryClient: QueryClient) => unknown
  isSigningIn?: boolean
}

/** Signs the person out on this device. */
export function useSignOut({ onDone = leave, isSigningIn = false }: Options = {}) {
  const queryClient = useQueryClient()
  return useChange({
    change: () => call('POST /api/session/sign-out', { body: {} }),
    look: async () => doneIf((await call('GET /api/session/get-session', {})) === null),
    sentences: {
      notDone: 'You are still signed in.',
      unknown: 'It is not known whether you are signed out.',
    },
    onDone: () => onDone(queryClient),
    isSigningIn,
  })
}

// Not by a fresh document: until that came, everything would stay, and Back would keep it.
const leave = (queryClient: QueryClient) => endSession(queryClient, 'signed-out')
