import { hash, createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto'

/**
 * SHA-256 of a secret, as stored and looked up.
 *
 * SHA-256 is enough: the secret holds 154 random bits, so guessing is hopeless at any speed.
 *
 * @returns 32 bytes
 * @see FIPS 180-4
 */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

const scratch = Buffer.alloc(32)

/**
 * The same as `hashSecret`, in a buffer that the next call writes over: for a lookup that is done
 * before anything else can run. Handing out a fresh buffer costs three times the hashing.
 */
export function hashSecretForNow(secret: string): Buffer {
  scratch.write(hash('sha256', secret, 'binary'), 'binary')
  return scratch
}

/** The first 8 bytes of a hash, as the integer that keys are kept in the order of. */
export function hashHead(sha256: Buffer): bigint {
  return sha256.readBigInt64BE(0)
}

// Node takes four times as long for a key that it is given as bytes.
const prepared = new WeakMap<Buffer, KeyObject>()

/** HMAC-SHA-256 (RFC 2104) of UTF-8 text; 32 bytes. @param key is not changed afterwards */
export function hmac(key: Buffer, text: string): Buffer {
  let secretKey = prepared.get(key)
  if (!secretKey) prepared.set(key, (secretKey = createSecretKey(key)))
  return createHmac('sha256', secretKey).update(text, 'utf8').digest()
}

/** SHA-1, by which Redis names scripts; it protects nothing. */
export function sha1Hex(text: string): string {
  return hash('sha1', text, 'hex')
}

/**
 * By which an ID token names the access token that it came with.
 *
 * @param algorithm of the ID token's signature, such as `RS256`; Ed25519 hashes with SHA-512
 * @see OpenID Connect Core §3.1.3.6
 */
export function accessTokenHash(algorithm: string, accessToken: string): string {
  const bits = /(256|384|512)$/.exec(algorithm)?.[1] ?? '512'
  const digest = hash(`sha${bits}`, accessToken, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

/** Compares two texts in time that depends only on their lengths. */
export function isSameText(left: string, right: string): boolean {
  const a = hash('sha256', left, 'buffer')
  const b = hash('sha256', right, 'buffer')
  return timingSafeEqual(a, b)
}
