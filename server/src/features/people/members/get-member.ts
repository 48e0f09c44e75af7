import type { Context } from '../../context.ts'
import { toMember } from '../../../store/schema/people/people.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { findMember } from '../identity/people.store.ts'
import type { ListedMember } from './member-list.store.ts'
import { organizationNotFound } from './own-organization.ts'

/** The person's own membership of an organization. @throws {SessionError} 404 without one */
export async function getMember(
  ctx: Context,
  { email, secondFactor }: SignedIn,
  organizationId: string,
): Promise<ListedMember & Pick<SignedIn, 'secondFactor'>> {
  const member = await findMember(ctx.committed, organizationId, email)
  if (member === undefined) throw organizationNotFound()
  const { name, image } = member
  return { ...toMember(member), user: { id: member.user_id, name, email, image }, secondFactor }
}
