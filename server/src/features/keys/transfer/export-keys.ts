import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../../context.ts'
import { beginSnapshot } from '../../../store/begin-snapshot.ts'
import { findHashes } from './key-export.store.ts'
import { listKeysWithUse } from '../reads/key-list.store.ts'

const KEYS_AT_ONCE = 500

/** A key with the SHA-256 of its secret, in hexadecimal, as `importKeys` takes it. */
export type ExportedKey = ApiKey & { sha256: string }

/** All keys of an organization at one moment, newest first; for the operator only. */
export async function* exportKeys(
  ctx: Context,
  organizationId: string,
): AsyncGenerator<ExportedKey> {
  const snapshot = await beginSnapshot(ctx.database)
  try {
    let cursor: string | null = ''
    while (cursor !== null) {
      const after: { cursor?: string } = cursor === '' ? {} : { cursor }
      const query = { status: 'all' as const, limit: KEYS_AT_ONCE, ...after }
      const page = await listKeysWithUse(snapshot, organizationId, query, ctx.now())
      const ids = page.data.map(({ id }) => id)
      const hashes = await findHashes(snapshot, organizationId, ids)
      for (const key of page.data) {
        const sha256 = hashes.get(key.id)
        if (sha256 === undefined) throw new Error('a key of the snapshot has no hash in it')
        yield { sha256, ...key }
      }
      cursor = page.nextCursor
    }
  } finally {
    await snapshot.rollback().execute()
  }
}
