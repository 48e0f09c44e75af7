import { queryOptions, useQuery } from '@tanstack/react-query'
import { noPolicy, type Policy } from '@zentrix/shared/policy.ts'
import { call } from './http.ts'

/** What the organization asks of its keys. */
export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => call('GET /api/policy', { signal }),
  staleTime: 60_000,
})

/** The same for forms. Until it is known they let everything through; the service refuses by itself. */
export function usePolicy(): Policy {
  return useQuery(policyQuery).data ?? noPolicy
}
