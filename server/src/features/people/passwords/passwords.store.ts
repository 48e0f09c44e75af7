import type { Db } from '../../../store/schema/database.ts'

/** Whether a person with this address signs in by a password. @param email in lower case */
export async function hasPassword(db: Db, email: string): Promise<boolean> {
  const row = await db
    .selectFrom('users')
    .innerJoin('accounts', 'accounts.user_id', 'users.id')
    .select('users.id')
    .where('users.email', '=', email)
    .where('accounts.provider_id', '=', 'credential')
    .executeTakeFirst()
  return row !== undefined
}
