// The written form of keys and service tokens: prefix + 26 random characters + 6 of checksum.
// Pure and free of platform APIs, so that browser, scanner and server read keys alike.

export const KEY_PREFIX = 'nas_'
export const SERVICE_TOKEN_PREFIX = 'nassvc_'
export const RANDOM_LENGTH = 26
export const CHECKSUM_LENGTH = 6
export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export type SecretPrefix = typeof KEY_PREFIX | typeof SERVICE_TOKEN_PREFIX

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc >>> 0
})

/**
 * CRC-32 (IEEE 802.3, as in zlib) of ASCII text.
 *
 * @returns an unsigned 32-bit integer
 * @see RFC 1952 §8
 */
export function crc32(ascii: string): number {
  let crc = 0xffffffff
  for (let i = 0; i < ascii.length; i++)
    crc = (crc >>> 8) ^ crcTable[(crc ^ ascii.charCodeAt(i)) & 0xff]!
  return (crc ^ 0xffffffff) >>> 0
}

/** The six base62 digits that end a key, computed over everything before them. */
export function checksum(body: string): string {
  let left = crc32(body)
  let digits = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = BASE62[left % 62]! + digits
    left = Math.floor(left / 62)
  }
  return digits
}

const shapes: Record<SecretPrefix, RegExp> = {
  [KEY_PREFIX]: /^nas_[0-9A-Za-z]{32}$/,
  [SERVICE_TOKEN_PREFIX]: /^nassvc_[0-9A-Za-z]{32}$/,
}

/** Whether `text` has the length and alphabet of such a secret; the checksum is not looked at. */
export function hasSecretShape(text: string, prefix: SecretPrefix): boolean {
  return shapes[prefix].test(text)
}

/** Whether `text` is well-formed down to its checksum. It may still be unknown, or revoked. */
export function hasValidChecksum(text: string, prefix: SecretPrefix): boolean {
  if (!hasSecretShape(text, prefix)) return false
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

/** The last four characters, kept beside the hash so that people can tell their keys apart. */
export function lastFour(secret: string): string {
  return secret.slice(-4)
}

/** How a key is shown once it has been revealed, such as `nas_...3b4c`. */
export function maskKey(last4: string): string {
  return `${KEY_PREFIX}...${last4}`
}

/** The same for a service token, such as `nassvc_...3b4c`. */
export function maskServiceToken(last4: string): string {
  return `${SERVICE_TOKEN_PREFIX}...${last4}`
}
