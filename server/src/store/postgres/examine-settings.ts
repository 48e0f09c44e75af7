import { sql } from 'kysely'
import type { Db } from '../schema/database.ts'
import { limitReasons, settings } from './settings.ts'

/**
 * Looks at every setting that a session depends on. `prepareSession` has given this one the right
 * values.
 *
 * @returns how many there are, and which ones the server, the database or the role sets otherwise
 */
export async function examineSettings(db: Db): Promise<{ count: number; overruled: string[] }> {
  const decided = settings.filter(({ from }) => from !== 'left').map(({ name }) => name)
  const { rows } = await sql<{ name: string; is_overruled: boolean }>`
    select name, reset_val not in (setting, boot_val) or exists (
      select from pg_catalog.pg_db_role_setting, unnest(setconfig) as given
      where setdatabase in (0, (select oid from pg_database where datname = current_database()))
        and setrole in (0, (select oid from pg_roles where rolname = session_user))
        and lower(split_part(given, '=', 1)) = lower(name)
        and substr(given, strpos(given, '=') + 1) <> setting
    ) as is_overruled
    from pg_catalog.pg_settings
    where name = any(${[...decided, ...Object.keys(limitReasons)]})
    order by lower(name)`.execute(db)
  const overruled = rows.filter((row) => row.is_overruled).map(({ name }) => name)
  return { count: rows.length, overruled }
}
