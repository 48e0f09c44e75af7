import type { Context } from '../../context.ts'
import { countKeysMadeBy } from '../../keys/reads/key-reads.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import {
  countMembers,
  selectMembers,
  type ListedMember,
  type MemberPage,
  type MemberStanding,
} from './member-list.store.ts'
import { isManager } from './manage-members.ts'
import { organizationNotFound } from './own-organization.ts'
import { findMemberOfUser, findOrganizationOf } from '../identity/people.store.ts'

type MemberInList = ListedMember & { activeKeys: number; standing?: MemberStanding }

/** Lists members of an organization of the person's own. @throws {SessionError} 404 */
export async function listMembers(
  ctx: Context,
  { userId }: SignedIn,
  by: { id?: string | undefined; slug?: string | undefined },
  page: MemberPage,
): Promise<{ members: MemberInList[]; total: number }> {
  const organizationId = await findOrganizationOf(ctx.committed, userId, by)
  const reader = organizationId && (await findMemberOfUser(ctx.committed, organizationId, userId))
  if (!organizationId || !reader) throw organizationNotFound()
  const { members, total } = await ctx.database.browsing.read(async (db) => ({
    members: await selectMembers(db, organizationId, page),
    total: await countMembers(db, organizationId),
  }))
  const ids = members.map((member) => member.userId)
  const made = await countKeysMadeBy(ctx, organizationId, ids)
  return {
    members: members.map(({ standing, ...member }) => ({
      ...member,
      activeKeys: made.get(member.userId) ?? 0,
      ...(isManager(reader.role) && { standing }),
    })),
    total,
  }
}
