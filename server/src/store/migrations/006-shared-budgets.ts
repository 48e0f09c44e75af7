import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../schema/dialect.ts'

/** A key that was rotated shares its budget with its successors. */
export function sharedBudgets({ dialect }: ColumnTypes) {
  return {
    async up(db: Kysely<unknown>) {
      // The number of the first key of the chain; null where that is the key itself.
      await db.schema
        .alterTable('api_keys')
        .addColumn('budget_number', dialect === 'sqlite' ? 'integer' : 'bigint')
        .execute()
      await sql`
        with recursive chain(successor_id, budget_number) as (
          select rotated_to, number from api_keys
          where rotated_from is null and rotated_to is not null
          union all
          select api_keys.rotated_to, chain.budget_number
          from chain join api_keys on api_keys.id = chain.successor_id
          where api_keys.rotated_to is not null
        )
        update api_keys set budget_number = chain.budget_number
        from chain where chain.successor_id = api_keys.id`.execute(db)
    },
  }
}
