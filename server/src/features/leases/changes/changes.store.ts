import type { Selectable } from 'kysely'
import { readCount, readTextOrNull } from '../../../lib/reading/read-values.ts'
import type { Db } from '../../../store/schema/database.ts'
import type { OpenDatabase } from '../../../store/interface/open-database.ts'
import type { VerdictChangesTable } from '../../../store/schema/changes.ts'
import { whenReady, type MaybePromise } from '../../../lib/maybe-promise.ts'
import { OTHER_ORGANIZATIONS } from '../../../store/migrations/015-lease-organizations.ts'
import type { LogEntry } from '../lease-session.ts'
import type { LogRead } from './recent-changes.ts'

const MAX_CHANGES_READ = 1000
const SEQ = 'verdict_changes.seq'

/** Prepares the reading of the log's newest number, as it is committed. */
export function prepareHeadRead(database: OpenDatabase): () => MaybePromise<number> {
  const read = database.pointRead<{ seq: number }>('head_of_changes', selectHead)
  return () => whenReady(read(), (row) => readCount(row?.seq, SEQ))
}

/** Prepares the reading of the same together with the number of nodes that may have granted leases. */
export function prepareStandingRead(
  database: OpenDatabase,
): () => Promise<{ head: number; nodes: number }> {
  const read = database.pointRead<{ seq: number; nodes: number | null }>('standing', (db) =>
    selectHead(db).select((eb) =>
      eb
        .selectFrom('lease_nodes')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('nodes'),
    ),
  )
  return async () => {
    const row = await read()
    return { head: readCount(row?.seq, SEQ), nodes: row?.nodes ?? 0 }
  }
}

function selectHead(db: Db) {
  return db.selectFrom('verdict_changes').select(({ fn }) => fn.max('seq').as('seq'))
}

/**
 * Reads the log behind a number, all in one snapshot. The number itself has to be there still: if
 * it is not, the log was cut off beyond it, or ends before it. Then all is read as a gap, and so is
 * more than anybody should read at once, and an entry that names nothing.
 */
export async function readLog(db: Db, after: number): Promise<LogRead> {
  const [first, ...rows] = await db
    .selectFrom('verdict_changes')
    .select(['seq', 'key_id', 'organization_id', 'service_token_id'])
    .where('seq', '>=', after)
    .orderBy('seq')
    .limit(MAX_CHANGES_READ + 2)
    .execute()
  const entries = rows.flatMap(toEntries)
  if (first?.seq !== after || rows.length > MAX_CHANGES_READ || entries.length < rows.length) {
    const head = readCount((await selectHead(db).executeTakeFirst())?.seq, SEQ)
    return { after: Math.max(after, head), entries: [], head }
  }
  return { after, entries, head: entries.at(-1)?.seq ?? after }
}

function toEntries(row: Selectable<VerdictChangesTable>): LogEntry[] {
  const seq = readCount(row.seq, SEQ)
  const tokenId = readTextOrNull(row.service_token_id, 'verdict_changes.service_token_id')
  const keyId = readTextOrNull(row.key_id, 'verdict_changes.key_id')
  const organizationId = readTextOrNull(row.organization_id, 'verdict_changes.organization_id')
  if (tokenId !== null)
    return [{ seq, tokenId, hasOtherOrganizations: organizationId === OTHER_ORGANIZATIONS }]
  return keyId === null || organizationId === null ? [] : [{ seq, keyId, organizationId }]
}

/** Forgets old entries, a part at a time. @returns whether there may be more */
export async function deleteOldChanges(db: Db, kept: number, limit: number): Promise<boolean> {
  const { seq: head } = await selectHead(db).executeTakeFirstOrThrow()
  const { seq: first } = await db
    .selectFrom('verdict_changes')
    .select('seq')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirstOrThrow()
  const end = Math.min(head - kept, first + limit)
  if (end <= first) return false
  await db.deleteFrom('verdict_changes').where('seq', '<', end).execute()
  return true
}
