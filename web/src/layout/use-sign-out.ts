import { useQueryClient } from '@tanstack/react-query'
import { call } from '../api/http.ts'
import { endSession } from '../api/session-end.ts'
import { doneIf, useChange } from '../api/use-change.ts'
import { useFailureNotice } from '../ui/feedback/notify.ts'

export function useSignOut() {
  const queryClient = useQueryClient()
  const change = useChange({
    change: () => call('POST /api/session/sign-out', { body: {} }),
    look: async () => doneIf((await call('GET /api/session/get-session', {})) === null),
    sentences: {
      notDone: 'You are still signed in.',
      unknown: 'It is not known whether you are signed out.',
    },
    // Not by a fresh document: until that came, everything would stay, and Back would keep it.
    onDone: () => endSession(queryClient, 'signed-out'),
  })
  useFailureNotice(change.failure)
  return change
}
