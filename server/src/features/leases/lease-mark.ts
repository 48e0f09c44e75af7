import { LEASES_OUT } from '../../store/adopt/restoring.ts'
import type { Db } from '../../store/schema/database.ts'
import { deleteFact, findFact, writeFact } from '../../store/deployment-facts.ts'

/** Whether leases may be running that a process which is gone has granted. */
export async function isMarked(db: Db): Promise<boolean> {
  return (await findFact(db, LEASES_OUT)) !== undefined
}

/** Notes, before the first lease is granted, that leases may be running. */
export async function mark(db: Db, now: string): Promise<void> {
  await writeFact(db, LEASES_OUT, now)
}

/** Notes that none is. */
export async function unmark(db: Db): Promise<void> {
  await deleteFact(db, LEASES_OUT)
}
