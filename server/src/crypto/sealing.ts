import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Every purpose that a key is derived for; two purposes never share a key. */
export type KeyPurpose =
  | 'sessions'
  | 'signing-keys'
  | 'idempotency'
  | 'idempotent-results'
  | 'audit-chain'
  | 'config-check'
  | 'budget-names'
  | 'webhook-secrets'

/**
 * Derives the 32-byte key for one purpose from AUTH_SECRET.
 *
 * @see RFC 5869 (HKDF with SHA-256)
 */
export function deriveKey(authSecret: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', authSecret, '', `zentrix-api-keys/${purpose}/v1`, 32))
}

/**
 * Derives a 32-byte key from one of ours and a secret of somebody else: it takes both to have it.
 *
 * @see RFC 5869 (HKDF with SHA-256; theirs is the salt)
 */
export function mixKey(key: Buffer, theirSecret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, theirSecret, 'zentrix-api-keys/mixed/v1', 32))
}

/**
 * Seals bytes with AES-256-GCM; `context` is authenticated with them, so that a sealed value
 * cannot be moved to another row.
 *
 * @returns nonce (12 bytes), ciphertext, tag (16 bytes)
 * @see NIST SP 800-38D
 */
export function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `seal` made; undefined when the key, the context or the bytes are not the same. */
export function unseal(key: Buffer, sealed: Buffer, context: string): Buffer | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const tag = sealed.subarray(-TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    .setAAD(Buffer.from(context))
    .setAuthTag(tag)
  try {
    return Buffer.concat([
      decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ])
  } catch {
    return undefined // final() throws when the tag does not match, and only then
  }
}

/** A fresh AUTH_SECRET for a service that was given none: 256 bits, base64url. */
export function makeAuthSecret(): string {
  return randomBytes(32).toString('base64url')
}
