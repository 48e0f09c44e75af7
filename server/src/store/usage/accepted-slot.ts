import { sql, type RawBuilder } from 'kysely'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { SLOTS_PER_KEY, slotOf } from './slot.ts'

const FIRST_VALID_SLOT = slotOf(0, outcomes.indexOf('VALID'), 0)

/** The slot of accepted uses, in an hour, of the key of the row in `api_keys`. */
export function acceptedSlot(hour: number): RawBuilder<number> {
  return sql<number>`api_keys.number * ${sql.lit(SLOTS_PER_KEY)} + ${sql.lit(FIRST_VALID_SLOT + hour)}`
}
