import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import type { Role } from '@zentrix/shared/scopes.ts'
import { forgetOrganization } from '../../api/acting-for.ts'
import { call } from '../../api/http.ts'
import {
  membershipQuery,
  organizationsQuery,
  setActiveOrganization,
} from '../../api/session.queries.ts'
import { paths } from '../../paths.ts'

const PAGE_SIZE = 100

export const membersQuery = infiniteQueryOptions({
  queryKey: ['members'],
  queryFn: ({ pageParam, signal }) =>
    call('GET /api/session/organization/list-members', {
      query: { limit: PAGE_SIZE, offset: pageParam, sortBy: 'createdAt', sortDirection: 'asc' },
      signal,
    }),
  initialPageParam: 0,
  getNextPageParam: ({ members }, _, offset) =>
    members.length === PAGE_SIZE ? offset + PAGE_SIZE : undefined,
})

/** Those that can still be accepted, newest first. */
export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) => {
    const invitations = await call('GET /api/session/organization/list-invitations', { signal })
    return invitations
      .filter(({ status, expiresAt }) => status === 'pending' && Date.parse(expiresAt) > Date.now())
      .map((invitation) => ({ ...invitation, id: withoutProof(invitation.id) }))
      .toReversed()
  },
})

// This page does not need the secret part of the token, so it does not keep it.
function withoutProof(token: string): string {
  return token.split('.')[0]!
}

export type InviteInput = { email: string; role: Role }

/** The result holds the link; the caller resets the mutation so that nothing keeps it. */
export function useInvite() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (input: InviteInput) =>
      call('POST /api/session/organization/invite-member', { body: input }),
    onSuccess: () => refresh(queryClient, 'invitations'),
    gcTime: 0,
  })
}

export function useCancelInvitation() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (invitationId: string) =>
      call('POST /api/session/organization/cancel-invitation', { body: { invitationId } }),
    onSuccess: (_, id) => {
      queryClient.setQueryData(invitationsQuery.queryKey, (invitations) =>
        invitations?.filter((invitation) => invitation.id !== id),
      )
      refresh(queryClient, 'invitations')
    },
  })
}

export function useChangeRole() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ id: memberId, role }: { id: string; role: Role }) =>
      call('POST /api/session/organization/update-member-role', { body: { memberId, role } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: membersQuery.queryKey })
      await queryClient.invalidateQueries({ queryKey: membershipQuery.queryKey })
    },
  })
}

export function useRemoveMember() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (memberIdOrEmail: string) =>
      call('POST /api/session/organization/remove-member', { body: { memberIdOrEmail } }),
    onSuccess: (_, id) => {
      queryClient.setQueryData(
        membersQuery.queryKey,
        (loaded) =>
          loaded && {
            ...loaded,
            pages: loaded.pages.map((page) => ({
              ...page,
              members: page.members.filter((member) => member.id !== id),
            })),
          },
      )
      refresh(queryClient, 'members')
    },
  })
}

/** Leaves, and switches to another of the person's organizations if there is one. */
export function useLeave() {
  return useMutation({
    mutationFn: async (organizationId: string) => {
      await call('POST /api/session/organization/leave', { body: { organizationId } })
      forgetOrganization()
      const [next] = await call('GET /api/session/organization/list', {})
      if (next) await setActiveOrganization(next.id)
    },
    // A fresh document keeps no data of the old page.
    onSuccess: () => window.location.assign(paths.keys),
  })
}

export function useRename() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (name: string) =>
      call('POST /api/session/organization/update', { body: { data: { name } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey }),
  })
}

// Not awaited: a dialog closes when its own call is done.
function refresh(queryClient: QueryClient, name: 'members' | 'invitations') {
  void queryClient.invalidateQueries({ queryKey: [name] })
}
