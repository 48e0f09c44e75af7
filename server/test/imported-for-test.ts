import { hashHead, hashSecret } from '../src/crypto/hash.ts'
import { importedKeys, type ImportedKeys } from '../src/scan/imported-keys.ts'

/** The imported keys that a scan knows. */
export function importedForTest(secrets: string[]): ImportedKeys {
  const imported = importedKeys()
  const keys = secrets.map((secret) => ({ hash: hashSecret(secret), last4: secret.slice(-4) }))
  keys.sort((a, b) => (hashHead(a.hash) < hashHead(b.hash) ? -1 : 1))
  for (const key of keys) imported.add(key)
  return imported
}
