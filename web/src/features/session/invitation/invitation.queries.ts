import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ShownInvitation } from '@zentrix/shared/sessions.ts'
import { isOutage, request } from '../../../api/http.ts'
import { sessionQuery } from '../../../api/session.queries.ts'
import { linkToken } from '../../../lib/link-token.ts'
import { paths } from '../../../paths.ts'

export function invitationToken(): string | null {
  return linkToken(paths.invitation)
}

/** What the link says. The token is in no key and no answer, so the cache never has it. */
export const shownInvitationQuery = queryOptions({
  queryKey: ['shown-invitation'],
  queryFn: ({ signal }) =>
    request<ShownInvitation>('POST', '/api/session/invitation', {
      body: { token: invitationToken() },
      signal,
    }),
})

function useAnswer(path: string, onSuccess: () => unknown) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () =>
      request('POST', `/api/session/organization/${path}`, {
        body: { invitationId: invitationToken() },
      }),
    onSuccess,
    // What changed meanwhile decides what the page says next: the session, or the invitation.
    onError: (error) => {
      if (isOutage(error)) return
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      void queryClient.invalidateQueries({ queryKey: shownInvitationQuery.queryKey })
    },
    meta: { isSigningIn: true },
  })
}

export function useAcceptInvitation() {
  // A fresh document forgets the link, and everything of the organization before.
  return useAnswer('accept-invitation', () => window.location.assign(paths.keys))
}

export function useDeclineInvitation() {
  const queryClient = useQueryClient()
  return useAnswer('reject-invitation', () =>
    queryClient.invalidateQueries({ queryKey: shownInvitationQuery.queryKey }),
  )
}

/** Signs out and stays, so that somebody else can answer. */
export function useSignOutHere() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => request('POST', '/api/session/sign-out', { body: {} }),
    onSuccess: () => {
      queryClient.setQueryData(sessionQuery.queryKey, null)
      // What is on the page stays; whatever else was loaded belonged to who has left.
      queryClient.removeQueries({ type: 'inactive' })
    },
  })
}
