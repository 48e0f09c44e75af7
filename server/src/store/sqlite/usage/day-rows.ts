import type Sqlite from 'better-sqlite3'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { DAY_SLOTS_PER_KEY } from '../../usage/day-slot.ts'
import type { DaysQuestion } from '../../usage/plan-folding.ts'
import { HOURS_PER_DAY, SLOTS_PER_KEY, SLOTS_PER_OUTCOME } from '../../usage/slot.ts'

type Days = { key: number; from: number; until: number }

/** The rows of `key_days`, for the one connection that writes them. */
export function dayRowsIn(database: Sqlite.Database) {
  const nextKey = database
    .prepare<[number], number | null>(
      `select min(slot) / ${SLOTS_PER_KEY} from key_usage where slot >= ?`,
    )
    .pluck()
  const positions = outcomes.map((_, at) => `(${at})`).join(', ')
  const series = `@key * ${SLOTS_PER_KEY} + position.column1 * ${SLOTS_PER_OUTCOME}`
  const day = `@key * ${DAY_SLOTS_PER_KEY}`
  const countDays = database.prepare<Days>(
    `insert into key_days (slot, total)
     select ${day} + day, uses + coalesce((
       select total from key_days
       where slot between ${day} and ${day} + @from / ${HOURS_PER_DAY} - 1
       order by slot desc limit 1), 0)
     from (
       select day, sum(sum(count)) over (order by day) as uses
       from (
         select slot % ${SLOTS_PER_OUTCOME} / ${HOURS_PER_DAY} as day, count
         from (values ${positions}) as position cross join key_usage
           on slot between ${series} + @from and ${series} + @until - 1
       ) group by day
     ) where true
     on conflict do update set total = excluded.total`,
  )
  // The last one before stays: the next ones go on from it.
  const removeOld = database.prepare<{ key: number; firstKept: number }>(
    `delete from key_days where slot >= ${day} and slot < (
       select max(slot) from key_days where slot between ${day} and ${day} + @firstKept - 1)`,
  )
  return {
    /** Adds up the days of some keys after one. @returns the last of them; undefined at the end */
    countDays({ afterKey, limit, from, until, removeBefore }: DaysQuestion): number | undefined {
      let key = afterKey
      for (let count = 0; count < limit; count++) {
        const next = nextKey.get((key + 1) * SLOTS_PER_KEY)
        if (next === null || next === undefined) return undefined
        key = next
        countDays.run({ key, from, until })
        removeOld.run({ key, firstKept: Math.floor(removeBefore / HOURS_PER_DAY) })
      }
      return key
    },
  }
}
