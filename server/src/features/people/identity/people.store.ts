import type { Insertable } from 'kysely'
import type { Role } from '@zentrix/shared/scopes.ts'
import type { Db } from '../../../store/schema/database.ts'
import type { AccountsTable, MemberRow, UsersTable } from '../../../store/schema/people/people.ts'

export async function hasAnyUser(db: Db): Promise<boolean> {
  const row = await db.selectFrom('users').select('id').limit(1).executeTakeFirst()
  return row !== undefined
}

/** The id of the person with this address. @param email in lower case */
export async function findUserId(db: Db, email: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirst()
  return row?.id
}

export async function insertUser(
  db: Db,
  user: Insertable<UsersTable>,
  account: AccountsTable,
): Promise<void> {
  await db.insertInto('users').values(user).execute()
  await db.insertInto('accounts').values(account).execute()
}

export async function insertOrganization(
  db: Db,
  organization: { id: string; name: string; created_at: string },
): Promise<void> {
  await db
    .insertInto('organizations')
    .values({
      ...organization,
      slug: organization.id,
      logo: null,
      metadata: null,
      subscription: 'active',
    })
    .execute()
}

/** An organization that a person is a member of, by id, by slug, or by both. */
export async function findOrganizationOf(
  db: Db,
  userId: string,
  by: { id?: string | undefined; slug?: string | undefined },
): Promise<string | undefined> {
  let own = db
    .selectFrom('organizations')
    .innerJoin('members', 'members.organization_id', 'organizations.id')
    .select('organizations.id')
    .where('members.user_id', '=', userId)
  if (by.id !== undefined) own = own.where('organizations.id', '=', by.id)
  if (by.slug !== undefined) own = own.where('organizations.slug', '=', by.slug)
  return (await own.executeTakeFirst())?.id
}

const memberColumns = [
  'members.id',
  'members.organization_id',
  'members.user_id',
  'members.role',
  'members.created_at',
] as const

/** A member with the person's name, address and picture. */
export const memberAndUserColumns = [
  ...memberColumns,
  'users.name',
  'users.email',
  'users.image',
] as const

export async function insertMember(db: Db, member: MemberRow): Promise<void> {
  await db.insertInto('members').values(member).execute()
}

export async function findMemberOfUser(db: Db, organizationId: string, userId: string) {
  return db
    .selectFrom('members')
    .select(memberColumns)
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

/** A member by its id, or by the person's address. */
export async function findMember(db: Db, organizationId: string, idOrEmail: string) {
  const isEmail = idOrEmail.includes('@')
  return db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(memberAndUserColumns)
    .where('members.organization_id', '=', organizationId)
    .where(
      isEmail ? 'users.email' : 'members.id',
      '=',
      isEmail ? idOrEmail.toLowerCase() : idOrEmail,
    )
    .executeTakeFirst()
}

export async function countOwners(db: Db, organizationId: string): Promise<number> {
  const { owners } = await db
    .selectFrom('members')
    .select((eb) => eb.fn.countAll<number>().as('owners'))
    .where('organization_id', '=', organizationId)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow()
  return Number(owners)
}

/** The addresses of owners, then of admins, the longest memberships first; at most 20. */
export async function selectAdministrators(db: Db, organizationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select('users.email')
    .where('members.organization_id', '=', organizationId)
    .where('members.role', 'in', ['owner', 'admin'])
    .orderBy('members.role', 'desc')
    .orderBy('members.created_at')
    .limit(20)
    .execute()
  return rows.map(({ email }) => email)
}

/** Who is to hear of a key's end: the organization's owners, and who made the key if still a member. */
export async function selectOwnersAnd(
  db: Db,
  organizationId: string,
  userIds: string[],
): Promise<{ userId: string; email: string; isOwner: boolean }[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['members.user_id as userId', 'users.email', 'members.role'])
    .where('members.organization_id', '=', organizationId)
    .where((eb) =>
      eb.or([
        eb('members.role', '=', 'owner'),
        ...(userIds.length > 0 ? [eb('members.user_id', 'in', userIds)] : []),
      ]),
    )
    .execute()
  return rows.map(({ userId, email, role }) => ({ userId, email, isOwner: role === 'owner' }))
}

export async function setRole(db: Db, organizationId: string, id: string, role: Role) {
  await db
    .updateTable('members')
    .set({ role })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
}

/** Notes when a member was last here; of two that note it, the later one stays. */
export async function setLastSeen(
  db: Db,
  organizationId: string,
  userId: string,
  at: string,
): Promise<void> {
  await db
    .updateTable('members')
    .set({ last_seen_at: at })
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where((eb) => eb.or([eb('last_seen_at', 'is', null), eb('last_seen_at', '<', at)]))
    .execute()
}

/** Ends a membership; no session of the person names the organization any longer. */
export async function deleteMember(db: Db, organizationId: string, userId: string): Promise<void> {
  await db
    .deleteFrom('members')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute()
  await db
    .updateTable('sessions')
    .set({ active_organization_id: null })
    .where('user_id', '=', userId)
    .where('active_organization_id', '=', organizationId)
    .execute()
}

/** The organization that the person joined last: a new session begins there. */
export async function findLatestMembership(db: Db, userId: string): Promise<string | null> {
  const row = await db
    .selectFrom('members')
    .select('organization_id')
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.organization_id ?? null
}

/** All organizations of the person with this address; a single null for a person without any. */
export async function selectMemberships(db: Db, email: string) {
  return db
    .selectFrom('users')
    .leftJoin('members', 'members.user_id', 'users.id')
    .select(['users.id as userId', 'users.name', 'members.organization_id as organizationId'])
    .where('users.email', '=', email.toLowerCase())
    .execute()
}

/** Deletes a person's second factor. @returns whether there was one */
export async function deleteSecondFactor(db: Db, userId: string): Promise<boolean> {
  const row = await db
    .deleteFrom('two_factors')
    .where('user_id', '=', userId)
    .returning('id')
    .executeTakeFirst()
  await db
    .updateTable('users')
    .set((eb) => ({ two_factor_enabled: eb.lit(false) }))
    .where('id', '=', userId)
    .execute()
  return row !== undefined
}

export async function setActiveOrganization(db: Db, token: string, organizationId: string) {
  await db
    .updateTable('sessions')
    .set({ active_organization_id: organizationId })
    .where('token', '=', token)
    .execute()
}

/** Deletes some of the expired sessions. @returns how many */
export async function deleteExpiredSessions(db: Db, now: string, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', 'in', (eb) =>
      eb.selectFrom('sessions').select('id').where('expires_at', '<=', now).limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Deletes all sessions of a person except the newest `kept` live ones. */
export async function deleteOldestSessions(
  db: Db,
  userId: string,
  now: string,
  kept: number,
): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('sessions')
        .select('id')
        .where('user_id', '=', userId)
        .where('expires_at', '>', now)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(kept),
    )
    .execute()
}
