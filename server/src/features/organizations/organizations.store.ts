import type { Organization, PutOrganizationInput } from '@zentrix/shared/catalog.ts'
import type { Db } from '../../store/database.ts'

/** An organization by id; the caller has checked that it may know of it. */
export function findOrganization(db: Db, id: string): Promise<Organization | undefined> {
  return db
    .selectFrom('organizations')
    .select(['id', 'name', 'subscription'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Inserts an organization, or changes the one that is there. */
export async function upsertOrganization(
  db: Db,
  id: string,
  { name, subscription }: PutOrganizationInput,
  now: string,
): Promise<Organization> {
  return db
    .insertInto('organizations')
    .values({ id, name, slug: id, logo: null, created_at: now, metadata: null, subscription })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, subscription }))
    .returning(['id', 'name', 'subscription'])
    .executeTakeFirstOrThrow()
}
