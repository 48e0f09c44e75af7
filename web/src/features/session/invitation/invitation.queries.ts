import type { ShownInvitation } from '@zentrix/shared/schemas/people/sessions.ts'
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { call } from '../../../api/http.ts'
import { actForNobody, forgetOrganization } from '../../../api/acting-for.ts'
import { sessionQuery } from '../../../api/session.queries.ts'
import { doneIf, sentencesOf, useChange, type Found } from '../../../api/use-change.ts'
import { useSignOut } from '../../../api/use-sign-out.ts'
import { linkToken } from '../../../lib/secrets/link-token.ts'
import { paths } from '../../../paths.ts'

export function invitationToken(): string | null {
  return linkToken(paths.invitation)
}

/** The invitation of the link. The token is in no query key and no answer, so the cache never has it. */
export const shownInvitationQuery = queryOptions({
  queryKey: ['shown-invitation'],
  queryFn: ({ signal }) => readInvitation(signal),
})

function readInvitation(signal?: AbortSignal): Promise<ShownInvitation> {
  return call('POST /api/session/invitation', {
    body: { token: invitationToken() ?? '' },
    ...(signal ? { signal } : {}),
  })
}

/** The state of the invitation, where the answer to accepting or declining it was lost. */
async function hasBecome(status: ShownInvitation['status']): Promise<Found<undefined>> {
  const shown = await readInvitation()
  return doneIf(shown.status === status)
}

// A refusal means that the session or the invitation has changed: read both again.
function useReadAgain() {
  const queryClient = useQueryClient()
  return () => {
    void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    void queryClient.invalidateQueries({ queryKey: shownInvitationQuery.queryKey })
  }
}

export function useAcceptInvitation() {
  return useChange({
    change: () =>
      call('POST /api/session/organization/accept-invitation', {
        body: { invitationId: invitationToken() ?? '' },
      }),
    look: () => hasBecome('accepted'),
    sentences: { ...sentencesOf('The invitation was', 'accepted'), refused: '' },
    // A fresh document keeps neither the link nor data of the organization before.
    onDone: () => {
      forgetOrganization() // the session is in the new one now
      window.location.assign(paths.keys)
    },
    onRefused: useReadAgain(),
    isSigningIn: true,
  })
}

export function useDeclineInvitation() {
  const queryClient = useQueryClient()
  return useChange({
    change: () =>
      call('POST /api/session/organization/reject-invitation', {
        body: { invitationId: invitationToken() ?? '' },
      }),
    look: () => hasBecome('rejected'),
    sentences: { ...sentencesOf('The invitation was', 'declined'), refused: '' },
    onDone: () => queryClient.invalidateQueries({ queryKey: shownInvitationQuery.queryKey }),
    onRefused: useReadAgain(),
    isSigningIn: true,
  })
}

/** Signs out and stays on the page, so that someone else can answer. */
export function useSignOutHere() {
  return useSignOut({
    onDone: (queryClient) => {
      actForNobody()
      queryClient.setQueryData(sessionQuery.queryKey, null)
      // Keep the data of this page; everything else belonged to the person who signed out.
      queryClient.removeQueries({ type: 'inactive' })
    },
    isSigningIn: true,
  })
}
