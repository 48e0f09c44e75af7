import { sql, type Kysely } from 'kysely'
import type { ColumnTypes, DialectName } from '../schema/dialect.ts'

/**
 * Lets what has had its time be found, and ends every reset link and half-done sign-in of a person
 * together with their password, when anyone sets a new one.
 */
export function peopleLimits({ dialect }: ColumnTypes) {
  return {
    async up(db: Kysely<unknown>) {
      for (const table of ['sessions', 'verifications'])
        await db.schema.createIndex(`${table}_expires_at`).on(table).column('expires_at').execute()
      for (const statement of endingLinks[dialect]) await sql.raw(statement).execute(db)
    },
  }
}

// The value of a reset link, and of a sign-in that waits for a code, is the person's id.
const endingLinks: Record<DialectName, string[]> = {
  sqlite: [
    `create trigger accounts_first_password after insert on accounts
     when new.password is not null
     begin delete from verifications where value = new.user_id; end`,
    `create trigger accounts_new_password after update of password on accounts
     when new.password is not old.password
     begin delete from verifications where value = new.user_id; end`,
  ],
  postgres: [
    `create function end_links_of_old_password() returns trigger language plpgsql as
     $$ begin delete from verifications where value = new.user_id; return null; end $$`,
    `create trigger accounts_first_password after insert on accounts
     for each row when (new.password is not null)
     execute function end_links_of_old_password()`,
    `create trigger accounts_new_password after update of password on accounts
     for each row when (new.password is distinct from old.password)
     execute function end_links_of_old_password()`,
  ],
}
