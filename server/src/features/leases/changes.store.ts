import { readCount, readTextOrNull } from '../../lib/read-values.ts'
import type { Db } from '../../store/schema/database.ts'
import type { OpenDatabase } from '../../store/interface/open-database.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'

/** A change to a key or a service token that verdicts depend on; with neither, to any of them. */
export type VerdictChange = {
  seq: number
  keyId: string | null
  /** The key's organization before the change, which need not exist any more. */
  organizationId: string | null
  serviceTokenId: string | null
}

/** What the log has behind a number that was read before; undefined if it has more than it keeps. */
export type ReadChanges = { head: number; changes: VerdictChange[] | undefined }

const MAX_CHANGES_READ = 1000

/** Prepares the reading of the log's newest number, as it is committed. */
export function prepareHeadRead(database: OpenDatabase): () => MaybePromise<number> {
  const read = database.pointRead<{ seq: number }>('head_of_changes', selectHead)
  return () => whenReady(read(), (row) => readCount(row?.seq, 'verdict_changes.seq'))
}

function selectHead(db: Db) {
  return db.selectFrom('verdict_changes').select(({ fn }) => fn.max('seq').as('seq'))
}

/**
 * Reads the log behind a number, all in one snapshot. The number itself has to be there still: if
 * it is not, the log was cut off beyond it, or is another database's.
 */
export async function readChanges(db: Db, after: number): Promise<ReadChanges> {
  const [first, ...rows] = await db
    .selectFrom('verdict_changes')
    .select(['seq', 'key_id', 'organization_id', 'service_token_id'])
    .where('seq', '>=', after)
    .orderBy('seq')
    .limit(MAX_CHANGES_READ + 2)
    .execute()
  if (first?.seq !== after || rows.length > MAX_CHANGES_READ) {
    const { seq } = await selectHead(db).executeTakeFirstOrThrow()
    return { head: readCount(seq, 'verdict_changes.seq'), changes: undefined }
  }
  const changes = rows.map((row) => ({
    seq: readCount(row.seq, 'verdict_changes.seq'),
    keyId: readTextOrNull(row.key_id, 'verdict_changes.key_id'),
    organizationId: readTextOrNull(row.organization_id, 'verdict_changes.organization_id'),
    serviceTokenId: readTextOrNull(row.service_token_id, 'verdict_changes.service_token_id'),
  }))
  return { head: changes.at(-1)?.seq ?? after, changes }
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
