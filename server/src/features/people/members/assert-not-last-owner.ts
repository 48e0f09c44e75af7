import type { Role } from '@zentrix/shared/scopes.ts'
import type { Context } from '../../context.ts'
import { countOwners } from '../identity/people.store.ts'
import { SessionError } from '../identity/session-error.ts'

/** Refuses to take the role of an organization's only owner; called under `holdOrganization`. */
export async function assertNotLastOwner(
  tx: Context,
  { organization_id: organizationId, role }: { organization_id: string; role: Role },
): Promise<void> {
  if (role === 'owner' && (await countOwners(tx.db, organizationId)) === 1)
    throw new SessionError(
      409,
      'YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER',
      'An organization needs an owner: make somebody else one first',
    )
}
