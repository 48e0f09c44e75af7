import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { noPolicy, type Policy } from '@zentrix/shared/policy.ts'
import { call } from './http.ts'
import { notDone, sentencesOf, useChange, type Found } from './use-change.ts'

/** The organization's policy for its keys. */
export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => call('GET /api/policy', { signal }),
  staleTime: 60_000,
  meta: { reads: 'the policy for keys' },
})

/** The same for forms. Until it is known they let everything through; the service refuses by itself. */
export function usePolicy(): Policy {
  return useQuery(policyQuery).data ?? noPolicy
}

export function useUpdatePolicy() {
  const queryClient = useQueryClient()
  return useChange({
    change: (wanted: Policy) => call('PATCH /api/policy', { body: wanted }),
    look: async (wanted): Promise<Found<Policy>> => {
      const answer = await call('GET /api/policy', {})
      return isSame(answer, wanted) ? { kind: 'done', answer } : notDone
    },
    sentences: sentencesOf('The policy was', 'saved'),
    onDone: (policy) => queryClient.setQueryData(policyQuery.queryKey, policy),
  })
}

function isSame(one: Policy, other: Policy): boolean {
  return (
    one.maxLifetimeDays === other.maxLifetimeDays &&
    one.requireAllowedIps === other.requireAllowedIps &&
    one.requireScopes === other.requireScopes
  )
}
