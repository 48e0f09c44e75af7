import { selectPassword } from '../identity/find-session.store.ts'
import { memberAndUserColumns } from '../identity/people.store.ts'
import type { Db } from '../../../store/schema/database.ts'
import { readMoment, readTruth } from '../../../lib/reading/read-values.ts'
import { toMember, type Member } from '../../../store/schema/people/people.ts'

const columnOf = {
  id: 'members.id',
  userId: 'members.user_id',
  role: 'members.role',
  createdAt: 'members.created_at',
} as const

export type MemberPage = {
  limit: number
  offset: number
  sortBy: keyof typeof columnOf
  sortDirection: 'asc' | 'desc'
}

export type ListedMember = Member & {
  user: { id: string; name: string; email: string; image: string | null }
}

/** Facts about a member for owners and admins alone. */
export type MemberStanding = {
  lastSeenAt: string | null
  twoFactorEnabled: boolean
  /** Someone without one signs in at the provider, which asks for what it wants. */
  hasPassword: boolean
}

export async function selectMembers(
  db: Db,
  organizationId: string,
  { limit, offset, sortBy, sortDirection }: MemberPage,
): Promise<(ListedMember & { standing: MemberStanding })[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(memberAndUserColumns)
    .select(['members.last_seen_at as lastSeenAt', 'users.two_factor_enabled as twoFactorEnabled'])
    .select((eb) => eb.exists(selectPassword(db)).as('hasPassword'))
    .where('members.organization_id', '=', organizationId)
    .orderBy(columnOf[sortBy], sortDirection)
    .orderBy('members.id', sortDirection)
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map(({ name, email, image, ...row }) => ({
    ...toMember(row),
    user: { id: row.user_id, name, email, image },
    standing: {
      lastSeenAt: readMoment(row.lastSeenAt, 'members.last_seen_at'),
      twoFactorEnabled: readTruth(row.twoFactorEnabled, 'users.two_factor_enabled'),
      hasPassword: readTruth(row.hasPassword, 'whether there is a password'),
    },
  }))
}

export async function countMembers(db: Db, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('members')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow()
  return Number(count)
}
