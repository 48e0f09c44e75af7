import { sql } from 'kysely'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import type { CallerAddress } from '@zentrix/shared/schemas/usage/callers.ts'
import type { Db } from '../../store/schema/database.ts'
import type { DialectName } from '../../store/schema/dialect.ts'
import { MAX_CALLERS } from '../../store/usage/callers.ts'
import { SLOTS_PER_KEY, SLOTS_PER_OUTCOME, slotOf } from '../../store/usage/slot.ts'

const VALID = outcomes.indexOf('VALID')

// One element of `key_usage.callers` on each database.
const elements = {
  sqlite: {
    join: sql`json_each(key_usage.callers) as caller`,
    at: (place: number) => sql`json_extract(caller.value, ${sql.lit(`$[${place}]`)})`,
  },
  postgres: {
    join: sql`jsonb_array_elements(key_usage.callers::jsonb) as caller (value)`,
    at: (place: number) =>
      place === 0
        ? sql`caller.value ->> ${sql.lit(place)}`
        : sql`(caller.value ->> ${sql.lit(place)})::bigint`,
  },
}

type CallerRow = {
  ip: string | null
  firstAtMs: number
  lastAtMs: number
  accepted: number
  refused: number
}

/**
 * The addresses that a key was last presented from, latest first. A row of usage is of one address,
 * or lists those that it is of.
 *
 * @param db not a transaction: on SQLite, usage is in a file that only the reading connection opens
 */
export async function findCallers(
  db: Db,
  dialect: DialectName,
  keyNumber: number,
): Promise<CallerAddress[]> {
  const { join, at } = elements[dialect]
  const first = keyNumber * SLOTS_PER_KEY
  const endOfValid = slotOf(keyNumber, VALID, SLOTS_PER_OUTCOME)
  const ofKey = sql`slot >= ${first} and slot < ${first + SLOTS_PER_KEY}`
  const { rows } = await sql<CallerRow>`
    select ip, min(first_at_ms) as "firstAtMs", max(last_at_ms) as "lastAtMs",
      cast(sum(case when slot < ${endOfValid} then uses else 0 end) as bigint) as accepted,
      cast(sum(case when slot < ${endOfValid} then 0 else uses end) as bigint) as refused
    from (
      select slot, last_ip as ip, first_at_ms, last_at_ms, count as uses from key_usage
      where ${ofKey} and first_at_ms is not null
      union all
      select slot, ${at(0)}, ${at(1)}, ${at(2)}, ${at(3)} from key_usage, ${join}
      where ${ofKey} and first_at_ms is null and callers is not null
    ) as seen
    group by ip order by max(last_at_ms) desc, ip limit ${MAX_CALLERS}`.execute(db)
  return rows.map(({ ip, firstAtMs, lastAtMs, accepted, refused }) => ({
    ip,
    firstSeenAt: new Date(firstAtMs).toISOString(),
    lastSeenAt: new Date(lastAtMs).toISOString(),
    accepted,
    refused,
  }))
}
