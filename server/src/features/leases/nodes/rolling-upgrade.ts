import type { Db } from '../../../store/schema/database.ts'
import { readAges } from './lease-nodes.store.ts'

const NEW_MS = 60_000
const UPGRADE_MS = 5 * 60_000

/**
 * When a node on PostgreSQL begins to grant leases, in epoch milliseconds. While it does, the
 * database refuses the changes of a version that knows none; so nodes of that version get time to
 * end first. A database that this version made has none.
 */
export async function grantsFromMs(db: Db): Promise<number> {
  const { madeAtMs, upgradedAtMs } = await readAges(db)
  return upgradedAtMs - madeAtMs < NEW_MS ? upgradedAtMs : upgradedAtMs + UPGRADE_MS
}
