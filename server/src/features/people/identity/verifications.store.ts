import type { Db } from '../../../store/schema/database.ts'
import type { VerificationsTable } from '../../../store/schema/people/people.ts'

/** The person of an unfinished sign-in. @param identifier as better-auth stores it, hashed */
export async function findChallenged(db: Db, identifier: string, now: string) {
  return db
    .selectFrom('verifications')
    .innerJoin('users', 'users.id', 'verifications.value')
    .select(['users.id as userId', 'users.email'])
    .where('verifications.identifier', '=', identifier)
    .where('verifications.expires_at', '>', now)
    .executeTakeFirst()
}

/** Inserts a row unless an unexpired row has its id. @returns whether it was inserted */
export async function claimVerification(
  db: Db,
  row: VerificationsTable,
  now: string,
): Promise<boolean> {
  const claimed = await db
    .insertInto('verifications')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ expires_at: row.expires_at })
        .where('verifications.expires_at', '<=', now),
    )
    .returning('id')
    .executeTakeFirst()
  return claimed !== undefined
}

export async function deleteVerification(db: Db, id: string): Promise<void> {
  await db.deleteFrom('verifications').where('id', '=', id).execute()
}

/** Deletes some of the expired rows. @returns how many */
export async function deleteExpiredVerifications(
  db: Db,
  now: string,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('verifications')
    .where('id', 'in', (eb) =>
      eb.selectFrom('verifications').select('id').where('expires_at', '<=', now).limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Deletes all rows with this identifier. */
export async function deleteVerificationsOf(db: Db, identifier: string): Promise<void> {
  await db.deleteFrom('verifications').where('identifier', '=', identifier).execute()
}

export async function insertVerification(db: Db, row: VerificationsTable): Promise<void> {
  await db.insertInto('verifications').values(row).execute()
}

/** The number of unexpired rows with this identifier. */
export async function countVerifications(db: Db, identifier: string, now: string): Promise<number> {
  const { live } = await db
    .selectFrom('verifications')
    .select((eb) => eb.fn.countAll<number>().as('live'))
    .where('identifier', '=', identifier)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return Number(live)
}
