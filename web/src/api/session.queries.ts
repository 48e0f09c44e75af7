import { queryOptions } from '@tanstack/react-query'
import type { Answer } from '@zentrix/shared/routes/calls.ts'
import type { OrganizationSummary } from '@zentrix/shared/routes/people/session-answers.ts'
import { paths } from '../paths.ts'
import { actFor, chooseOrganization, forgetOrganization } from './acting-for.ts'
import { ApiFailure, call } from './http.ts'
import { doneIf, useChange } from './use-change.ts'

/** Who is signed in, or null. It answers 200 either way, so asking it first provokes no error. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const ask = () => call('GET /api/session/get-session', { signal })
    const session = await ask().catch((error: unknown) => {
      if (!isNoMember(error)) throw error
      forgetOrganization()
      return ask()
    })
    return session && actFor(session)
  },
  staleTime: Infinity,
})

/** The person's permissions in their organization. */
export const membershipQuery = queryOptions({
  queryKey: ['membership'],
  queryFn: async ({ signal, client }) => {
    if ((await client.ensureQueryData(sessionQuery))?.handOff) return handedOffMember(signal)
    try {
      return await call('GET /api/session/organization/get-active-member', { signal })
    } catch (error) {
      if (isNoMember(error)) forgetOrganization()
      throw error
    }
  },
  staleTime: 60_000,
  meta: { reads: 'your role' },
})

/** The role of a person whom the platform handed over: their session alone says it. */
async function handedOffMember(signal: AbortSignal): Promise<Membership> {
  const session = await call('GET /api/session/get-session', { signal })
  // Which factors they need to sign in is up to the platform.
  return { role: session?.handOff?.role ?? 'viewer', secondFactor: 'optional' }
}

type Membership = Answer<'GET /api/session/organization/get-active-member'>

/** Whether the person is not, or no longer, in the organization that the page shows. */
export function isNoMember(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 404
}

export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: async ({ signal, client }): Promise<OrganizationSummary[]> => {
    const handOff = (await client.ensureQueryData(sessionQuery))?.handOff
    // Whether it has a subscription is shown to its members alone.
    if (handOff) return [{ ...handOff.organization, subscription: 'active' }]
    return call('GET /api/session/organization/list', { signal })
  },
  staleTime: 60_000,
  meta: { reads: 'your organizations' },
})

/** Other tabs stay where they are; those that are opened from now on begin here. */
export async function setActiveOrganization(organizationId: string): Promise<void> {
  await call('POST /api/session/organization/set-active', { body: { organizationId } })
  chooseOrganization(organizationId)
}

/**
 * Switches to another of the person's organizations.
 *
 * @param notDone says where the person still is
 */
export function useSwitchOrganization(notDone: string) {
  return useChange({
    change: setActiveOrganization,
    look: async (organizationId) => {
      const session = await call('GET /api/session/get-session', {})
      return doneIf(session?.session.activeOrganizationId === organizationId)
    },
    sentences: { notDone, unknown: 'It is not known whether the organization was switched.' },
    onDone: (_, organizationId) => {
      chooseOrganization(organizationId)
      // A fresh document keeps no data of the organization before.
      window.location.assign(paths.keys)
    },
  })
}
