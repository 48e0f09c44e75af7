import type { DeclaredScope, PutScopeInput } from '@zentrix/shared/schemas/catalog.ts'
import type { Db } from '../../store/schema/database.ts'

const columns = ['name', 'description'] as const

/** All scopes that were declared, by name; sorted here, because each database has an order of its own. */
export async function listScopes(db: Db): Promise<DeclaredScope[]> {
  const scopes = await db.selectFrom('declared_scopes').select(columns).execute()
  return scopes.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export function findScope(db: Db, name: string): Promise<DeclaredScope | undefined> {
  return db
    .selectFrom('declared_scopes')
    .select(columns)
    .where('name', '=', name)
    .executeTakeFirst()
}

export async function countScopes(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('declared_scopes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

export function upsertScope(
  db: Db,
  name: string,
  { description }: PutScopeInput,
  now: string,
): Promise<DeclaredScope> {
  const settings = { description, updated_at: now }
  return db
    .insertInto('declared_scopes')
    .values({ name, ...settings })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(settings))
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** @returns whether there was such a scope */
export async function deleteScope(db: Db, name: string): Promise<boolean> {
  const deleted = await db
    .deleteFrom('declared_scopes')
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst()
  return deleted !== undefined
}
