import type { Context } from '../../context.ts'
import { hashHead } from '../../../crypto/hash.ts'
import { importedKeys, type ImportedKeys } from '../../../scan/imported-keys.ts'
import { listImportedKeys } from './imported-keys.store.ts'

const KEYS_AT_ONCE = 10_000

/**
 * Loads what a scan needs to recognize imported keys.
 *
 * @returns undefined when no key was imported, so that the scan need not look for any
 */
export async function loadImportedKeys(
  { db }: Context,
  keysAtOnce = KEYS_AT_ONCE,
): Promise<ImportedKeys | undefined> {
  const keys = importedKeys()
  let after: bigint | undefined
  for (;;) {
    const page = await listImportedKeys(db, after, keysAtOnce)
    for (const key of page) keys.add(key)
    const last = page.at(-1)
    if (last === undefined || page.length < keysAtOnce) return keys.count() === 0 ? undefined : keys
    after = hashHead(last.hash)
  }
}
