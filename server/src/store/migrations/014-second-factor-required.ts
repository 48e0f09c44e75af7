import type { Kysely } from 'kysely'

/** Whether an organization asks for a second factor of everyone who signs in by a password. */
export function secondFactorRequired() {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('organizations')
        .addColumn('second_factor_required', 'integer', (column) => column.notNull().defaultTo(0))
        .execute()
    },
  }
}
