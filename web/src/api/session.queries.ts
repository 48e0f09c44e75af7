import { queryOptions, useMutation } from '@tanstack/react-query'
import { paths } from '../paths.ts'
import { call } from './http.ts'

/** Who is signed in, or null. It answers 200 either way, so asking it first provokes no error. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call('GET /api/session/get-session', { signal }),
  staleTime: Infinity,
})

/** What the person may do in their organization. */
export const membershipQuery = queryOptions({
  queryKey: ['membership'],
  queryFn: ({ signal }) => call('GET /api/session/organization/get-active-member', { signal }),
  staleTime: 60_000,
})

export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: ({ signal }) => call('GET /api/session/organization/list', { signal }),
  staleTime: 60_000,
})

export function setActiveOrganization(organizationId: string): Promise<unknown> {
  return call('POST /api/session/organization/set-active', { body: { organizationId } })
}

/** Switches to another of the person's organizations. */
export function useSwitchOrganization() {
  return useMutation({
    mutationFn: setActiveOrganization,
    // A fresh document keeps no data of the organization before.
    onSuccess: () => window.location.assign(paths.keys),
  })
}
