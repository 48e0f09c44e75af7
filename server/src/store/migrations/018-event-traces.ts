import type { Kysely } from 'kysely'

/** The trace of the request that made an event, which goes with its messages. */
export function eventTraces() {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('audit_events').addColumn('traceparent', 'text').execute()
    },
  }
}
