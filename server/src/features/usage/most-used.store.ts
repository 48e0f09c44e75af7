import { sql, type RawBuilder } from 'kysely'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { environments, type Environment } from '@zentrix/shared/keys/environments.ts'
import { readOneOf } from '../../lib/reading/read-values.ts'
import type { Db } from '../../store/schema/database.ts'
import type { DialectName } from '../../store/schema/dialect.ts'
import { DAY_SLOTS_PER_KEY, partsOfRange, type Span } from '../../store/usage/day-slot.ts'
import type { DaysQuestion } from '../../store/usage/plan-folding.ts'
import {
  HOURS_PER_DAY,
  SLOTS_PER_KEY,
  SLOTS_PER_OUTCOME,
  startOfHour,
} from '../../store/usage/slot.ts'
import type { UsageRange } from './usage-range.ts'

/** So many keys are named as the most used. */
const MOST_USED = 20

export type UsedKey = {
  number: number
  id: string
  label: string
  last4: string
  environment: Environment
}

type Asked = {
  environment: Environment | undefined
  /** The hour before which days are added up. */
  countedUntil: number
  /** The outcomes that the organization had in this time: for the others no key has a row. */
  occurred: ReadonlySet<number>
}

type Hours = Pick<UsageRange, 'firstHour' | 'endHour'>

/**
 * The keys of an organization that were used most in a range of hours, the most used first. Whole
 * days come from what is added up of them, so uses that came later than two days are not weighed.
 */
export async function listMostUsed(
  db: Db,
  dialect: DialectName,
  organizationId: string,
  { firstHour, endHour }: Hours,
  { environment, countedUntil, occurred }: Asked,
): Promise<UsedKey[]> {
  if (occurred.size === 0) return []
  const { days, hours } = partsOfRange(firstHour, endHour, countedUntil)
  const recent = dialect === 'sqlite' ? usesOfSeries(hours, occurred) : usesByTime(hours)
  const total = days === undefined ? recent.uses : sql`${recent.uses} + ${usesInDays(days)}`
  const ofEnvironment = environment === undefined ? sql`` : sql`and environment = ${environment}`
  // A condition on `uses` would make PostgreSQL add them up twice.
  const { rows } = await sql<UsedKey & { uses: number }>`
    select number, id, label, last4, environment,
      cast(${total} as bigint) as uses
    from api_keys ${recent.join}
    where organization_id = ${organizationId} ${ofEnvironment}
    order by uses desc, number limit ${MOST_USED}`.execute(db)
  return rows
    .filter(({ uses }) => uses > 0)
    .map(({ number, id, label, last4, environment: name }) => ({
      number,
      id,
      label,
      last4,
      environment: readOneOf(name, environments, 'api_keys.environment'),
    }))
}

function usesInDays([first, last]: Span): RawBuilder<number> {
  return sql`(${usesUntil(last)} - ${usesUntil(first - 1)})`
}

/** A key has no row of a day without use. A row found by its slot alone costs half as much. */
function usesUntil(day: number): RawBuilder<number> {
  const start = sql`api_keys.number * ${sql.lit(DAY_SLOTS_PER_KEY)}`
  return sql`coalesce(
    (select total from key_days where slot = ${start} + ${sql.lit(day)}),
    (select total from key_days
      where slot between ${start} and ${start} + ${sql.lit(day)} order by slot desc limit 1), 0)`
}

/** The uses of each key in some hours, and the join that they need. */
type RecentUses = { uses: RawBuilder<number>; join: RawBuilder<unknown> }

/** SQLite finds the first row of a series within a microsecond. */
function usesOfSeries(spans: Span[], occurred: ReadonlySet<number>): RecentUses {
  const start = sql`api_keys.number * ${sql.lit(SLOTS_PER_KEY)}`
  const series = spans.flatMap(([first, last]) =>
    [...occurred].map((outcome) => {
      const from = outcome * SLOTS_PER_OUTCOME
      return sql`coalesce((select sum(count) from key_usage
        where slot between ${start} + ${sql.lit(from + first)} and ${start} + ${sql.lit(from + last)}), 0)`
    }),
  )
  return { uses: sql`(${sql.join([sql`0`, ...series], sql` + `)})`, join: sql`` }
}

/**
 * PostgreSQL takes ten times as long for it, but knows which pages have rows of that time. `offset 0`
 * keeps it from guessing how many keys they are of: it then joins in the order of keys, in which
 * their days lie side by side.
 */
function usesByTime(spans: Span[]): RecentUses {
  if (spans.length === 0) return { uses: sql`0`, join: sql`` }
  return {
    uses: sql`coalesce(recent.uses, 0)`,
    join: sql`left join (
      select key_number, cast(sum(count) as bigint) as uses
      from (${sql.join(spans.map(rowsOfTime), sql` union all `)} offset 0) as rows_of_time
      group by key_number
    ) as recent on recent.key_number = api_keys.number`,
  }
}

function rowsOfTime([first, last]: Span): RawBuilder<unknown> {
  return sql`select slot / ${sql.lit(SLOTS_PER_KEY)} as key_number, count from key_usage
    where last_at_ms >= ${sql.lit(startOfHour(first))}
      and last_at_ms < ${sql.lit(startOfHour(last + 1))}
      and (slot - ${sql.lit(first)}) % ${sql.lit(SLOTS_PER_OUTCOME)} <= ${sql.lit(last - first)}`
}

/** The rows of usage of some keys in a range of hours. */
export async function listUsageOf(
  db: Db,
  numbers: number[],
  { firstHour, endHour }: Hours,
): Promise<{ slot: number; count: number }[]> {
  if (numbers.length === 0) return []
  const series = numbers.flatMap((number) =>
    outcomes.map((_, outcome) => number * SLOTS_PER_KEY + outcome * SLOTS_PER_OUTCOME),
  )
  const { rows } = await sql<{ slot: number; count: number }>`
    with series (start) as (values ${sql.join(series.map((start) => sql`(${sql.lit(start)})`))})
    select start as slot, (
      select cast(sum(count) as bigint) from key_usage
      where slot between start + ${sql.lit(firstHour)} and start + ${sql.lit(endHour - 1)}
    ) as count from series`.execute(db)
  return rows.filter(({ count }) => count !== null)
}

/** Adds up the days of some keys after one. @returns the last of them; undefined at the end */
export async function countDays(
  db: Db,
  { afterKey, limit, from, until, removeBefore }: DaysQuestion,
): Promise<number | undefined> {
  const keys = await db
    .selectFrom('api_keys')
    .select('number')
    .where('number', '>', afterKey)
    .orderBy('number')
    .limit(limit)
    .execute()
  const last = keys.at(-1)?.number
  if (last === undefined) return undefined
  const ofKeys = sql`api_keys.number > ${afterKey} and api_keys.number <= ${last}`
  const series = sql`api_keys.number * ${sql.lit(SLOTS_PER_KEY)}
    + outcome * ${sql.lit(SLOTS_PER_OUTCOME)}`
  const start = (number: RawBuilder<unknown>) => sql`${number} * ${sql.lit(DAY_SLOTS_PER_KEY)}`
  const counted = start(sql`counted.number`)
  const firstDay = Math.floor(from / HOURS_PER_DAY)
  await sql`
    insert into key_days (slot, total)
    select ${counted} + day, uses + coalesce((
      select total from key_days
      where slot between ${counted} and ${counted} + ${sql.lit(firstDay - 1)}
      order by slot desc limit 1), 0)
    from (
      select number, day, sum(sum(count)) over (partition by number order by day) as uses
      from (
        select number, slot % ${sql.lit(SLOTS_PER_OUTCOME)} / ${sql.lit(HOURS_PER_DAY)} as day, count
        from api_keys cross join generate_series(0, ${sql.lit(outcomes.length - 1)}) as outcome
          join key_usage
            on slot between ${series} + ${sql.lit(from)} and ${series} + ${sql.lit(until - 1)}
        where ${ofKeys}
      ) as rows_of_days
      group by number, day
    ) as counted
    on conflict (slot) do update set total = excluded.total`.execute(db)
  const own = start(sql`api_keys.number`)
  const firstKept = Math.floor(removeBefore / HOURS_PER_DAY)
  // The last one before stays: the next ones go on from it.
  await sql`
    delete from key_days using api_keys
    where ${ofKeys} and slot >= ${own} and slot < (
      select max(slot) from key_days
      where slot between ${own} and ${own} + ${sql.lit(firstKept - 1)})`.execute(db)
  return last
}
