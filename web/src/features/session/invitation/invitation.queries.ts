import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call, isOutage } from '../../../api/http.ts'
import { actForNobody, forgetOrganization } from '../../../api/acting-for.ts'
import { sessionQuery } from '../../../api/session.queries.ts'
import { linkToken } from '../../../lib/secrets/link-token.ts'
import { paths } from '../../../paths.ts'

export function invitationToken(): string | null {
  return linkToken(paths.invitation)
}

/** The invitation of the link. The token is in no query key and no answer, so the cache never has it. */
export const shownInvitationQuery = queryOptions({
  queryKey: ['shown-invitation'],
  queryFn: ({ signal }) =>
    call('POST /api/session/invitation', {
      body: { token: invitationToken() ?? '' },
      signal,
    }),
})

function useAnswer(verb: 'accept' | 'reject', onSuccess: () => unknown) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () =>
      call(`POST /api/session/organization/${verb}-invitation`, {
        body: { invitationId: invitationToken() ?? '' },
      }),
    onSuccess,
    // A refusal means that the session or the invitation has changed: read both again.
    onError: (error) => {
      if (isOutage(error)) return
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      void queryClient.invalidateQueries({ queryKey: shownInvitationQuery.queryKey })
    },
    meta: { isSigningIn: true },
  })
}

export function useAcceptInvitation() {
  // A fresh document keeps neither the link nor data of the organization before.
  return useAnswer('accept', () => {
    forgetOrganization() // the session is in the new one now
    window.location.assign(paths.keys)
  })
}

export function useDeclineInvitation() {
  const queryClient = useQueryClient()
  return useAnswer('reject', () =>
    queryClient.invalidateQueries({ queryKey: shownInvitationQuery.queryKey }),
  )
}

/** Signs out and stays on the page, so that someone else can answer. */
export function useSignOutHere() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => call('POST /api/session/sign-out', { body: {} }),
    onSuccess: () => {
      actForNobody()
      queryClient.setQueryData(sessionQuery.queryKey, null)
      // Keep the data of this page; everything else belonged to the person who signed out.
      queryClient.removeQueries({ type: 'inactive' })
    },
  })
}
