import { useQuery } from '@tanstack/react-query'
import {
  membershipQuery,
  organizationsQuery,
  sessionQuery,
  type OrganizationSummary,
} from '../../api/session.queries.ts'

/** The organization that the person is in at the moment; undefined until it is known. */
export function useOrganization(): OrganizationSummary | undefined {
  const activeId = useQuery(sessionQuery).data?.session.activeOrganizationId
  return useQuery(organizationsQuery).data?.find(({ id }) => id === activeId)
}

/** What the person is in it; undefined until it is known. The API decides what they may do. */
export function useRole() {
  return useQuery(membershipQuery).data?.role
}
