import { useMutation } from '@tanstack/react-query'
import { call, sentenceOf } from '../api/http.ts'
import { paths } from '../paths.ts'
import { notify } from '../ui/feedback/notify.ts'

export function useSignOut() {
  return useMutation({
    mutationFn: () => call('POST /api/session/sign-out', { body: {} }),
    // A fresh document keeps no data of the old page.
    onSuccess: () => window.location.assign(paths.signIn),
    onError: (error) =>
      notify({ color: 'red', title: 'You are still signed in', message: sentenceOf(error) }),
  })
}
