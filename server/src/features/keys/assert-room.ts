import { MAX_UNREVOKED_KEYS } from '@zentrix/shared/limits.ts'
import type { Context } from '../context.ts'
import { ConflictError } from '../../lib/errors.ts'
import { countUnrevokedKeys } from './keys.store.ts'

/** @throws {ConflictError} when the organization, which the caller holds, has all the keys it may have */
export async function assertRoom(tx: Context, organizationId: string): Promise<void> {
  if ((await countUnrevokedKeys(tx.db, organizationId)) >= MAX_UNREVOKED_KEYS)
    throw new ConflictError(
      `An organization may have at most ${MAX_UNREVOKED_KEYS} keys; revoke one first`,
    )
}
