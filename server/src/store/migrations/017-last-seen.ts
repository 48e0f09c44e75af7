import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** When a member was last here, and an index by which the keys that each of them made are counted. */
export function lastSeen({ timestamp }: ColumnTypes) {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('members').addColumn('last_seen_at', sql.raw(timestamp)).execute()
      // So far only sessions say it, which better-auth dates once a day.
      await sql`
        update members set last_seen_at =
          (select max(updated_at) from sessions where sessions.user_id = members.user_id)`.execute(
        db,
      )
      await db.schema
        .createIndex('api_keys_unrevoked_by_creator')
        .on('api_keys')
        .columns(['organization_id', 'created_by_id', 'expires_at'])
        .where(sql.ref('revoked_at'), 'is', null)
        .where(sql.ref('created_by_id'), 'is not', null)
        .execute()
    },
  }
}
