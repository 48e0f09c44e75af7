import type { Context } from '../../context.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import {
  countMembers,
  selectMembers,
  type ListedMember,
  type MemberPage,
} from './member-list.store.ts'
import { organizationNotFound } from './own-organization.ts'
import { findOrganizationOf } from '../identity/people.store.ts'

/** Lists members of an organization of the person's own. @throws {SessionError} 404 */
export async function listMembers(
  ctx: Context,
  { userId }: SignedIn,
  by: { id?: string | undefined; slug?: string | undefined },
  page: MemberPage,
): Promise<{ members: ListedMember[]; total: number }> {
  const organizationId = await findOrganizationOf(ctx.committed, userId, by)
  if (organizationId === undefined) throw organizationNotFound()
  return ctx.database.browsing.read(async (db) => ({
    members: await selectMembers(db, organizationId, page),
    total: await countMembers(db, organizationId),
  }))
}
