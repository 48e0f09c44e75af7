import {
  infiniteQueryOptions,
  queryOptions,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import type { Invitation, ListedMember } from '@zentrix/shared/routes/people/session-answers.ts'
import type { Role } from '@zentrix/shared/scopes.ts'
import { useRef } from 'react'
import { forgetOrganization } from '../../api/acting-for.ts'
import { call } from '../../api/http.ts'
import {
  isNoMember,
  membershipQuery,
  organizationsQuery,
  sessionQuery,
  setActiveOrganization,
} from '../../api/session.queries.ts'
import { doneIf, notDone, sentencesOf, useChange } from '../../api/use-change.ts'
import { paths } from '../../paths.ts'

const PAGE_SIZE = 100

export const membersQuery = infiniteQueryOptions({
  queryKey: ['members'],
  queryFn: ({ pageParam, signal }) => readMembers(pageParam, signal),
  initialPageParam: 0,
  getNextPageParam: ({ members }, _, offset) =>
    members.length === PAGE_SIZE ? offset + PAGE_SIZE : undefined,
})

/** How many active keys a person made. */
export function keysMadeQuery(userId: string) {
  return queryOptions({
    queryKey: ['keys', 'made-by', userId],
    queryFn: async ({ signal }) => {
      const query = { createdById: userId }
      return (await call('GET /api/keys/counts', { query, signal })).active
    },
  })
}

/** Those that can still be accepted, newest first. */
export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => readInvitations(signal),
})

function readMembers(offset: number, signal?: AbortSignal) {
  return call('GET /api/session/organization/list-members', {
    query: { limit: PAGE_SIZE, offset, sortBy: 'createdAt', sortDirection: 'asc' },
    ...(signal ? { signal } : {}),
  })
}

async function readInvitations(signal?: AbortSignal): Promise<Invitation[]> {
  const invitations = await call(
    'GET /api/session/organization/list-invitations',
    signal ? { signal } : {},
  )
  return invitations
    .filter(({ status, expiresAt }) => status === 'pending' && Date.parse(expiresAt) > Date.now())
    .map((invitation) => ({ ...invitation, id: withoutProof(invitation.id) }))
    .toReversed()
}

// This page does not need the secret part of the token, so it does not keep it.
function withoutProof(token: string): string {
  const [id = ''] = token.split('.')
  return id
}

export type InviteInput = { email: string; role: Role }

/** Its answer holds the link. A look can only find that the invitation was made. */
export function useInvite(describe: (error: Error) => string) {
  const queryClient = useQueryClient()
  const known = useRef(new Set<string>())
  return useChange({
    change: (input: InviteInput) => {
      const loaded = queryClient.getQueryData(invitationsQuery.queryKey) ?? []
      known.current = new Set(loaded.map(({ id }) => id))
      return call('POST /api/session/organization/invite-member', { body: input })
    },
    look: async ({ email }) => {
      const open = await readInvitations()
      const isMade = open.some(
        (it) => it.email === email.toLowerCase() && !known.current.has(it.id),
      )
      if (!isMade) return notDone
      return {
        kind: 'unclear',
        title: 'The invitation was made, but the answer that holds its link was lost.',
        detail: 'Create it again to get a link: the lost one then stops working.',
      }
    },
    sentences: { ...sentencesOf('The invitation was', 'made'), refused: '' },
    describe,
    onDone: () => refresh(queryClient, 'invitations'),
  })
}

export function useCancelInvitation() {
  const queryClient = useQueryClient()
  return useChange({
    change: (invitationId: string) =>
      call('POST /api/session/organization/cancel-invitation', { body: { invitationId } }),
    look: async (id) => doneIf(!(await readInvitations()).some((it) => it.id === id)),
    sentences: sentencesOf('The invitation was', 'cancelled'),
    onDone: (_, id) => {
      queryClient.setQueryData(invitationsQuery.queryKey, (invitations) =>
        invitations?.filter((invitation) => invitation.id !== id),
      )
      refresh(queryClient, 'invitations')
    },
  })
}

export function useChangeRole() {
  const queryClient = useQueryClient()
  return useChange({
    change: ({ id: memberId, role }: { id: string; role: Role }) =>
      call('POST /api/session/organization/update-member-role', { body: { memberId, role } }),
    look: async ({ id, role }) => doneIf((await findMember(id))?.role === role),
    sentences: sentencesOf('The role was', 'changed'),
    onDone: async () => {
      await queryClient.invalidateQueries({ queryKey: membersQuery.queryKey })
      await queryClient.invalidateQueries({ queryKey: membershipQuery.queryKey })
    },
  })
}

/** @param name of the member, for what is said about it */
export function useRemoveMember(name: string) {
  const queryClient = useQueryClient()
  return useChange({
    change: (memberIdOrEmail: string) =>
      call('POST /api/session/organization/remove-member', { body: { memberIdOrEmail } }),
    look: async (id) => doneIf((await findMember(id)) === null),
    sentences: { ...sentencesOf('The member was', 'removed'), notDone: `${name} was not removed.` },
    onDone: (_, id) => {
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
  return useChange({
    change: (organizationId: string) =>
      call('POST /api/session/organization/leave', { body: { organizationId } }),
    look: async (left) => {
      try {
        const organizations = await call('GET /api/session/organization/list', {})
        return doneIf(!organizations.some(({ id }) => id === left))
      } catch (error) {
        if (isNoMember(error)) return doneIf(true) // the page still asks for that organization
        throw error
      }
    },
    sentences: {
      notDone: 'You are still a member.',
      unknown: 'It is not known whether you are still a member.',
    },
    onDone: async () => {
      forgetOrganization()
      await switchToAnother().catch(() => undefined) // the next page offers those that there are
      // A fresh document keeps no data of the old page.
      window.location.assign(paths.keys)
    },
  })
}

async function switchToAnother(): Promise<void> {
  const [next] = await call('GET /api/session/organization/list', {})
  if (next) await setActiveOrganization(next.id)
}

export function useRename() {
  const queryClient = useQueryClient()
  const shownId = queryClient.getQueryData(sessionQuery.queryKey)?.session.activeOrganizationId
  return useChange({
    change: (name: string) =>
      call('POST /api/session/organization/update', { body: { data: { name } } }),
    look: async (name) => {
      const organizations = await call('GET /api/session/organization/list', {})
      return doneIf(organizations.find(({ id }) => id === shownId)?.name === name)
    },
    sentences: sentencesOf('The name was', 'saved'),
    onDone: () => queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey }),
  })
}

export const signInPolicyQuery = queryOptions({
  queryKey: ['sign-in-policy'],
  queryFn: ({ signal }) => call('GET /api/sign-in-policy', { signal }),
})

export function useRequireSecondFactor() {
  const queryClient = useQueryClient()
  return useChange({
    change: (requireSecondFactor: boolean) =>
      call('PATCH /api/sign-in-policy', { body: { requireSecondFactor } }),
    look: async (wanted) =>
      doneIf((await call('GET /api/sign-in-policy', {})).requireSecondFactor === wanted),
    sentences: sentencesOf('What is asked of members was', 'changed'),
    onDone: () => queryClient.invalidateQueries({ queryKey: signInPolicyQuery.queryKey }),
  })
}

async function findMember(id: string, offset = 0): Promise<ListedMember | null> {
  const { members } = await readMembers(offset)
  const found = members.find((member) => member.id === id)
  if (found) return found
  return members.length === PAGE_SIZE ? findMember(id, offset + PAGE_SIZE) : null
}

// Not awaited: a dialog closes when its own call is done.
function refresh(queryClient: QueryClient, name: 'members' | 'invitations') {
  void queryClient.invalidateQueries({ queryKey: [name] })
}
