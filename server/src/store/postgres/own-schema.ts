import { sql } from 'kysely'
import type { Db } from '../schema/database.ts'
import { present } from '../../lib/typed.ts'

/**
 * The schema that the service's tables are in, or will be.
 *
 * @throws {Error} when there is none, or when the tables are in another one: a new and empty
 *   database beside them would know no key, and forget that any was revoked
 */
export async function ownSchema(db: Db): Promise<string> {
  const { rows } = await sql<{ schema: string | null; others: string | null }>`
    select current_schema() as schema, string_agg(table_schema, ', ') as others
    from information_schema.tables
    where table_name = 'api_keys' and table_schema <> current_schema()
      and not exists (select 1 from information_schema.tables as ours
        where ours.table_name = 'api_keys' and ours.table_schema = current_schema())`.execute(db)
  const { schema, others } = present(rows[0])
  if (schema === null) throw new Error('there is no schema that this role may use')
  if (others !== null)
    throw new Error(
      `a table api_keys is in schema ${others}, none in ${schema}; if that is the one, add ?options=-c%20search_path%3DSCHEMA to DATABASE_URL, else give the service a database of its own`,
    )
  return schema
}
