// Uses of keys that are long gone, written as the service would have written them, so that there
// is always enough to merge and to fold for a kill to come in between.
import { sql } from 'kysely'
import { outcomes } from '../../../../shared/src/verification/outcomes.ts'
import { toColumns } from '../../../../server/src/store/usage/columns.ts'
import type { UsageRow } from '../../../../server/src/store/usage/usage-row.ts'
import { addUsage } from '../../../../server/src/features/usage/usage.store.ts'
import { hourOf, slotOf, SLOTS_PER_KEY } from '../../../../server/src/store/usage/slot.ts'
import { openUsageWriter } from '../../../../server/src/store/sqlite/usage/usage-file.ts'
import { usagePath } from '../../../../server/src/store/sqlite/usage/usage-tables.ts'
import type { Db } from '../../../../server/src/store/schema/database.ts'
import type { Random } from '../../../testkit/load/random.ts'
import { openBeside } from './open-beside.ts'
import type { Deployment } from './deployment.ts'
import { readDatabaseUrl } from '../../../../server/src/config/database-url.ts'

// Numbers of keys that no key here has.
const FIRST_KEY_NUMBER = 500_000_000
const VALID = outcomes.indexOf('VALID')
const BATCHES = 5
const ROWS_PER_BATCH = 4000
const OLD_ROWS = 3000
const OLD_HOURS = 40 * 24
const MERGE_MS = 150

export type OldUses = ReturnType<typeof oldUses>

export function oldUses({ databaseUrl, shape }: Deployment) {
  let total = 0

  /** Rows of so many keys, one hour each, some of them the same as those of an earlier call. */
  function rowsAt(hour: number, length: number, random: Random): UsageRow[] {
    const first = FIRST_KEY_NUMBER + random.between(0, 1000)
    return Array.from({ length }, (_, at) => {
      const count = random.between(1, 5)
      total += count
      const lastAtMs = hour * 3_600_000 + at
      const slot = slotOf(first + at, VALID, hour)
      return { slot, count, lastAtMs, lastIp: null, firstAtMs: lastAtMs, callers: null }
    })
  }

  function addToFile(path: string, random: Random): void {
    const writer = openUsageWriter(usagePath(path))
    const none = { serviceTokens: [], refusals: [] }
    try {
      for (let at = 0; at < BATCHES; at++)
        writer.noteBatch(toColumns(rowsAt(hourOf(Date.now()), ROWS_PER_BATCH, random)), none, [])
      writer.inTransaction(() => writer.replaceRows([], oldRows(random)))
    } finally {
      writer.close()
    }
  }

  const oldRows = (random: Random) =>
    rowsAt(hourOf(Date.now()) - OLD_HOURS - random.between(0, 100), OLD_ROWS, random)

  return {
    /** How long merging them takes, about. */
    mergeMs: MERGE_MS,
    /** Adds some while no service runs on them, and has old ones folded by the next start. */
    async add(random: Random): Promise<void> {
      const place = readDatabaseUrl(databaseUrl)
      if (place.dialect === 'sqlite') addToFile(place.path, random)
      await openBeside(databaseUrl, async ({ db }) => {
        if (shape.isPostgres) await addUsage(db, oldRows(random))
        await db.deleteFrom('deployment').where('name', '=', 'usage_folded').execute()
      })
    },
    /** Whether every one of them is counted, and once. Everything has to be merged. */
    async findFaults(db: Db): Promise<string[]> {
      const { rows } = await sql<{ found: number }>`
        select coalesce(sum(count), 0) + 0 as found from key_usage
        where slot >= ${FIRST_KEY_NUMBER * SLOTS_PER_KEY}`.execute(db)
      const found = Number(rows[0]!.found)
      return found === total ? [] : [`of ${total} old uses, ${found} are counted`]
    },
  }
}
