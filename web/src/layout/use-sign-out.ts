import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, isOutage, sentenceOf } from '../api/http.ts'
import { sessionQuery } from '../api/session.queries.ts'
import { endSession } from '../api/session-end.ts'
import { notify } from '../ui/feedback/notify.ts'

export function useSignOut() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => call('POST /api/session/sign-out', { body: {} }),
    // Not by a fresh document: until that came, everything would stay, and Back would keep it.
    onSuccess: () => endSession(queryClient, 'signed-out'),
    onError: (error) => {
      if (isOutage(error)) void queryClient.refetchQueries({ queryKey: sessionQuery.queryKey })
      void notify({
        color: 'red',
        title: isOutage(error)
          ? 'It is not known whether you are signed out'
          : 'You are still signed in',
        message: sentenceOf(error),
      })
    },
  })
}
