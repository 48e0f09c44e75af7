import * as z from 'zod'
import { signatureCheckBy, type SignatureCheck } from '../../crypto/ecdsa.ts'

const PATIENCE_MS = 5000
const MAX_BYTES = 256 * 1024
const MAX_KEYS = 100

const KeyList = z.object({
  public_keys: z
    .array(z.object({ key_identifier: z.string(), key: z.string() }))
    .min(1)
    .max(MAX_KEYS),
})

/**
 * Fetches the keys that the provider publishes, by their identifiers.
 *
 * @param url https, or on loopback; a redirect is not followed, since it could lead anywhere
 * @throws when they do not arrive within 5 seconds, or are malformed
 */
export async function fetchProviderKeys(url: string): Promise<Map<string, SignatureCheck>> {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { Accept: 'application/json', 'User-Agent': 'zentrix-api-keys' },
  })
  if (!response.ok || response.body === null) throw new Error(`the answer was ${response.status}`)
  const { public_keys: keys } = KeyList.parse(JSON.parse(await readBounded(response.body)))
  const checks = new Map<string, SignatureCheck>()
  for (const { key_identifier: id, key } of keys) {
    const check = signatureCheckBy(key)
    if (check) checks.set(id, check)
  }
  return checks
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
