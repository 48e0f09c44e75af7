import { randomBytes } from 'node:crypto'
import {
  BASE62,
  checksum,
  KEY_PREFIX,
  RANDOM_LENGTH,
  SERVICE_TOKEN_PREFIX,
  type SecretPrefix,
} from '@zentrix/shared/keys/key-format.ts'

// The largest multiple of 62 that fits a byte: bytes from here on are thrown away, because
// taking them modulo 62 would favour the first eight characters.
const UNBIASED_BELOW = 248

function randomBase62(length: number): string {
  let text = ''
  while (text.length < length)
    for (const byte of randomBytes(length * 2))
      if (byte < UNBIASED_BELOW && text.length < length) text += BASE62.charAt(byte % 62)
  return text
}

function makeSecret(prefix: SecretPrefix): string {
  const body = prefix + randomBase62(RANDOM_LENGTH)
  return body + checksum(body)
}

/** A new API key: `nas_`, 26 random characters (154 bits), 6 of checksum. */
export function makeKey(): string {
  return makeSecret(KEY_PREFIX)
}

/** A new service token, built as keys are, with the prefix `nassvc_`. */
export function makeServiceToken(): string {
  return makeSecret(SERVICE_TOKEN_PREFIX)
}

/**
 * A code that a person can type, such as `k7mq-x2vd-9hwt`: 60 bits, no look-alike characters.
 *
 * @param bytes at least 12 that nobody can guess
 */
export function toSetupCode(bytes: Buffer): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789x'
  const characters = Array.from(bytes.subarray(0, 12), (byte) => alphabet.charAt(byte & 31))
  return [0, 4, 8].map((start) => characters.slice(start, start + 4).join('')).join('-')
}

/** A name that no two tokens share: 128 random bits, base64url (RFC 7519 §4.1.7). */
export function makeTokenId(): string {
  return randomBytes(16).toString('base64url')
}

const WEBHOOK_SECRET_BYTES = 32

/**
 * A new secret that messages to a webhook are signed with, such as `whsec_MfKQ…`.
 *
 * @see Standard Webhooks, "Signature scheme": 24 to 64 random bytes, base64 after `whsec_`
 */
export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(WEBHOOK_SECRET_BYTES).toString('base64')}`
}
