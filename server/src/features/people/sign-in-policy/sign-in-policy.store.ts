import { readFlag } from '../../../lib/reading/read-values.ts'
import type { Db } from '../../../store/schema/database.ts'

/** Whether the organization asks for a second factor of all its members. */
export async function selectSecondFactorRequired(db: Db, organizationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('organizations')
    .select('second_factor_required')
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow()
  return readFlag(row.second_factor_required, 'organizations.second_factor_required')
}

export async function updateSecondFactorRequired(
  db: Db,
  organizationId: string,
  isRequired: boolean,
): Promise<void> {
  await db
    .updateTable('organizations')
    .set({ second_factor_required: Number(isRequired) })
    .where('id', '=', organizationId)
    .execute()
}

/** How many members sign in by a password without a second factor. @param userId this one alone */
export async function countWithoutSecondFactor(
  db: Db,
  organizationId: string,
  userId?: string,
): Promise<number> {
  let members = db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .innerJoin('accounts', 'accounts.user_id', 'users.id')
    .select(({ fn }) => fn.count('members.id').distinct().as('count'))
    .where('members.organization_id', '=', organizationId)
    .where('accounts.provider_id', '=', 'credential')
    .where((eb) => eb('users.two_factor_enabled', '=', eb.lit(false)))
  if (userId !== undefined) members = members.where('members.user_id', '=', userId)
  const { count } = await members.executeTakeFirstOrThrow()
  return Number(count)
}
