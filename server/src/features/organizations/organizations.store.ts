import {
  subscriptions,
  type Organization,
  type PutOrganizationInput,
} from '@zentrix/shared/schemas/catalog.ts'
import type { Db } from '../../store/schema/database.ts'
import { readOneOf } from '../../lib/reading/read-values.ts'

/** An organization by id; the caller has checked the right to see it. */
export async function findOrganization(db: Db, id: string): Promise<Organization | undefined> {
  const row = await db
    .selectFrom('organizations')
    .select(['id', 'name', 'subscription'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toOrganization(row)
}

function toOrganization({ id, name, subscription }: Organization): Organization {
  const column = 'organizations.subscription'
  return { id, name, subscription: readOneOf(subscription, subscriptions, column) }
}

/** Inserts an organization, or changes the existing one. */
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

/**
 * Locks the organization's row until the transaction ends: others who lock it wait.
 *
 * @returns whether the organization exists
 */
export async function lockOrganization(db: Db, organizationId: string): Promise<boolean> {
  const row = await db
    .updateTable('organizations')
    .set((eb) => ({ id: eb.ref('id') }))
    .where('id', '=', organizationId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
