import { sql } from 'kysely'
import { readCount, readObject, UnreadableError } from '../../../lib/reading/read-values.ts'
import { NUMBERING_LOCK } from '../../../store/migrations/008-verdict-changes.ts'
import type { Db } from '../../../store/schema/database.ts'
import type { Behind, Confirmed } from '../confirmations.ts'
import type { NodeRow } from './node-rows.ts'

const BEHIND = 'lease_nodes.behind'

/**
 * Registers a node. A change by a version that knows no leases was committed before, or finds this
 * row: both hold the lock of the log until they are.
 */
export async function insertNode(db: Db, node: string, confirmed: Confirmed): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${NUMBERING_LOCK})`.execute(tx)
    const row = { node, beat: 0, ...toColumns(confirmed) }
    await tx.insertInto('lease_nodes').values(row).execute()
  })
}

/** Moves the node's beat. @returns the head of the log by then; undefined if the row is gone */
export async function beatNode(
  db: Db,
  node: string,
  confirmed: Confirmed,
): Promise<number | undefined> {
  const row = await db
    .updateTable('lease_nodes')
    .set((eb) => ({ beat: eb('beat', '+', 1), ...toColumns(confirmed) }))
    .where('node', '=', node)
    .returning((eb) =>
      eb
        .selectFrom('verdict_changes')
        .select(({ fn }) => fn.max('verdict_changes.seq').as('seq'))
        .as('head'),
    )
    .executeTakeFirst()
  return row && readCount(row.head, 'verdict_changes.seq')
}

/** All nodes as they are committed. */
export async function listNodes(db: Db): Promise<NodeRow[]> {
  const rows = await db
    .selectFrom('lease_nodes')
    .select(['node', 'beat', 'confirmed', 'behind'])
    .execute()
  return rows.map(({ behind, ...row }) => ({ ...row, behind: readBehind(behind) }))
}

function toColumns({ confirmed, behind }: Confirmed) {
  return {
    confirmed,
    behind: behind && JSON.stringify(behind),
    beaten_at: sql<string>`clock_timestamp()`,
  }
}

function readBehind(value: unknown): Behind | null {
  if (value === null) return null
  const { head, organizations } = readObject(value, BEHIND)
  if (typeof head !== 'number' || !Array.isArray(organizations))
    throw new UnreadableError(`a value in ${BEHIND}`)
  return { head, organizations: organizations.map(readOrganization) }
}

function readOrganization(entry: unknown): readonly [string | null, number] {
  const [id, confirmed]: unknown[] = Array.isArray(entry) ? entry : []
  if ((id === null || typeof id === 'string') && typeof confirmed === 'number')
    return [id, confirmed]
  throw new UnreadableError(`a value in ${BEHIND}`)
}

/**
 * Deletes the row of a node that does not go beyond this beat. From then on no beat of it comes
 * through: one that is under way either has, and the row stays, or finds no row.
 *
 * @returns whether the row is gone
 */
export async function deleteStillNode(db: Db, { node, beat }: NodeRow): Promise<boolean> {
  await db.deleteFrom('lease_nodes').where('node', '=', node).where('beat', '=', beat).execute()
  const left = await db.selectFrom('lease_nodes').select('node').where('node', '=', node).execute()
  return left.length === 0
}

export async function deleteNode(db: Db, node: string): Promise<void> {
  await db.deleteFrom('lease_nodes').where('node', '=', node).execute()
}

/**
 * When the database got its first table, and when the one of nodes, in epoch milliseconds: if that
 * was later, nodes of the version before may still be running.
 */
export async function readAges(db: Db): Promise<{ madeAtMs: number; upgradedAtMs: number }> {
  const { rows } = await sql<{ made: string; upgraded: string }>`
    select min(timestamp) as made, max(timestamp) filter (where name = '009-lease-nodes') as upgraded
    from kysely_migration`.execute(db)
  return {
    madeAtMs: Date.parse(rows[0]?.made ?? ''),
    upgradedAtMs: Date.parse(rows[0]?.upgraded ?? ''),
  }
}
