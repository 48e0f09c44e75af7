import { roles, type Role } from '@zentrix/shared/scopes.ts'
import type { Context } from '../../context.ts'
import type { UserPrincipal, RequestTrace } from '../../principals.ts'
import type { SignedIn } from '../identity/find-user-principal.ts'
import { organizationNotFound } from './own-organization.ts'
import {
  findMember,
  findMemberOfUser,
  selectAdministrators,
  selectOwnersAnd,
} from '../identity/people.store.ts'
import { SessionError } from '../identity/session-error.ts'

type FoundMember = NonNullable<Awaited<ReturnType<typeof findMember>>>

/**
 * The person as a principal in that organization, even if another one is active.
 *
 * @throws {SessionError} 404 for a person who is not a member
 */
export async function getActor(
  tx: Context,
  { userId: id, name, email }: SignedIn,
  organizationId: string,
  trace: RequestTrace,
): Promise<UserPrincipal> {
  const membership = await findMemberOfUser(tx.db, organizationId, id)
  if (!membership) throw organizationNotFound()
  return {
    type: 'user',
    id,
    name,
    email,
    organizationId,
    role: membership.role,
    trace,
    isHandedOff: false,
  }
}

/** Whether a person may change the members of the organization. */
export function mayManage({ role }: UserPrincipal): boolean {
  return isManager(role)
}

export function isManager(role: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf('admin')
}

/** A member by id or address. @throws {SessionError} 404, also for another organization's member */
export async function getMember(
  tx: Context,
  organizationId: string,
  idOrEmail: string,
): Promise<FoundMember> {
  const member = await findMember(tx.db, organizationId, idOrEmail)
  if (!member) throw new SessionError(404, 'MEMBER_NOT_FOUND', 'Member not found')
  return member
}

/** The addresses of the owners and admins of an organization, owners first. */
export async function findAdministrators(ctx: Context, organizationId: string): Promise<string[]> {
  return selectAdministrators(ctx.committed, organizationId)
}

/** The owners of an organization, and those of the given persons who are still members. */
export function findOwnersAnd(ctx: Context, organizationId: string, userIds: string[]) {
  return selectOwnersAnd(ctx.committed, organizationId, userIds)
}
