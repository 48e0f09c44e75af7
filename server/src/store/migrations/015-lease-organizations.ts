import { sql, type Kysely } from 'kysely'
import type { ColumnTypes, DialectName } from '../schema/dialect.ts'
import { NUMBERING_LOCK, TOKEN_COLUMNS } from './008-verdict-changes.ts'

/** In the log, instead of an organization: the service token may ask about others than before. */
export const OTHER_ORGANIZATIONS = '*'

/**
 * Lets a change wait for those verifiers alone that may hold copies of its organization's keys: what
 * the verifiers of a node have confirmed, by organization (null where `confirmed` says it all), and
 * which service tokens were given other organizations.
 */
export function leaseOrganizations({ dialect }: ColumnTypes) {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('lease_nodes').addColumn('behind', 'text').execute()
      for (const statement of statements[dialect]) await sql.raw(statement).execute(db)
    },
  }
}

const isOther = TOKEN_COLUMNS.map((name) => `new.${name} is not old.${name}`).join(' or ')

const statements: Record<DialectName, string[]> = {
  sqlite: [
    'drop trigger service_tokens_log_update',
    `create trigger service_tokens_log_update after update of ${TOKEN_COLUMNS.join(', ')} on service_tokens
     when ${isOther}
     begin
       insert into verdict_changes (service_token_id, organization_id)
       values (old.id, iif(new.organization_ids is not old.organization_ids, '${OTHER_ORGANIZATIONS}', null));
     end`,
  ],
  postgres: [
    `create or replace function log_service_tokens_change() returns trigger language plpgsql
     set search_path from current as $$
     declare organizations text;
     begin
       perform pg_advisory_xact_lock(${NUMBERING_LOCK});
       if tg_op = 'UPDATE' then
         if new.organization_ids is distinct from old.organization_ids then
           organizations := '${OTHER_ORGANIZATIONS}';
         end if;
       end if;
       insert into verdict_changes (service_token_id, organization_id) values (old.id, organizations);
       return null;
     end $$`,
  ],
}
