import { queryOptions, useMutation } from '@tanstack/react-query'
import type { Subscription } from '@zentrix/shared/schemas/catalog.ts'
import type { Role } from '@zentrix/shared/scopes.ts'
import { paths } from '../paths.ts'
import { request } from './http.ts'

export type Person = { id: string; name: string; email: string }

export type Session = {
  session: { token: string; activeOrganizationId?: string | null }
  user: Person & { twoFactorEnabled?: boolean | null }
}

export type Membership = { role: Role }

export type OrganizationSummary = { id: string; name: string; subscription: Subscription }

/** Who is signed in, or null. It answers 200 either way, so asking it first provokes no error. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<Session | null>('GET', '/api/session/get-session', { signal }),
  staleTime: Infinity,
})

/** What the person may do in their organization. */
export const membershipQuery = queryOptions({
  queryKey: ['membership'],
  queryFn: ({ signal }) =>
    request<Membership>('GET', '/api/session/organization/get-active-member', { signal }),
  staleTime: 60_000,
})

export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: ({ signal }) =>
    request<OrganizationSummary[]>('GET', '/api/session/organization/list', { signal }),
  staleTime: 60_000,
})

export function setActiveOrganization(organizationId: string): Promise<unknown> {
  return request('POST', '/api/session/organization/set-active', { body: { organizationId } })
}

/** Switches to another of the person's organizations. */
export function useSwitchOrganization() {
  return useMutation({
    mutationFn: setActiveOrganization,
    // A fresh document keeps no data of the organization before.
    onSuccess: () => window.location.assign(paths.keys),
  })
}
