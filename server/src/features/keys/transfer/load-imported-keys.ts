import type { Context } from '../../context.ts'
import { hashHead } from '../../../crypto/hash.ts'
import { importedKeys, type ImportedKeys } from '../../../scan/imported-keys.ts'
import { findImportedKeys } from './imported-keys.store.ts'

const KEYS_AT_ONCE = 10_000

/**
 * What a scan needs to know of imported keys.
 *
 * @returns undefined when none was imported, so that nothing need be looked for
 */
export async function loadImportedKeys(
  { db }: Context,
  keysAtOnce = KEYS_AT_ONCE,
): Promise<ImportedKeys | undefined> {
  const keys = importedKeys()
  let after: bigint | undefined
  for (;;) {
    const page = await findImportedKeys(db, after, keysAtOnce)
    for (const key of page) keys.add(key)
    if (page.length < keysAtOnce) return keys.count() === 0 ? undefined : keys
    after = hashHead(page.at(-1)!.hash)
  }
}
