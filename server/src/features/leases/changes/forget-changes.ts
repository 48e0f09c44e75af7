import type { Context } from '../../context.ts'
import { deleteOldChanges } from './changes.store.ts'

// Hours of them; a reader who is further behind gets all copies dropped instead.
const KEPT_CHANGES = 10_000
// A statement holds up other writers for moments only.
const DELETED_AT_ONCE = 2000

/** Deletes the oldest entries of the log of changes. */
export async function forgetChanges({ db }: Context, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await deleteOldChanges(db, KEPT_CHANGES, DELETED_AT_ONCE)));
}
