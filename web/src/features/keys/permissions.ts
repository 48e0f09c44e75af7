import { useQuery } from '@tanstack/react-query'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { Role } from '@zentrix/shared/scopes.ts'
import { membershipQuery, sessionQuery } from '../../api/session.queries.ts'

export type Permissions = {
  mayIssue: boolean
  mayRevokeMany: boolean
  mayChange: (key: Pick<ApiKey, 'createdBy'>) => boolean
}

/**
 * The person's permissions for keys; null until their role is known. The API decides in the end.
 */
export function usePermissions(): Permissions | null {
  const personId = useQuery(sessionQuery).data?.user.id
  const membership = useQuery(membershipQuery)
  return membership.data ? permissionsOf(membership.data.role, personId) : null
}

export function permissionsOf(role: Role | undefined, personId: string | undefined): Permissions {
  switch (role) {
    case 'owner':
    case 'admin':
      return { mayIssue: true, mayRevokeMany: true, mayChange: () => true }
    case 'member':
      return {
        mayIssue: true,
        mayRevokeMany: false,
        mayChange: (key) => key.createdBy?.id === personId,
      }
    default:
      return { mayIssue: false, mayRevokeMany: false, mayChange: () => false }
  }
}
