import type { OrganizationSummary } from '@zentrix/shared/routes/people/session-answers.ts'
import { useQuery } from '@tanstack/react-query'
import { membershipQuery, organizationsQuery, sessionQuery } from '../../api/session.queries.ts'

/** The person's active organization; undefined until it is known. */
export function useOrganization(): OrganizationSummary | undefined {
  const activeId = useQuery(sessionQuery).data?.session.activeOrganizationId
  return useQuery(organizationsQuery).data?.find(({ id }) => id === activeId)
}

/** The person's role in it; undefined until it is known. The API decides what they may do. */
export function useRole() {
  return useQuery(membershipQuery).data?.role
}
