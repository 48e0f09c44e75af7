import { randomBytes, scryptSync } from 'node:crypto'

// The parameters and the form in which better-auth keeps passwords. @see RFC 7914
const COST = 16_384
const BLOCK_SIZE = 16
const KEY_BYTES = 64
const MAX_MEMORY = 128 * COST * BLOCK_SIZE * 2

export type PasswordQuestion = { password: string; salt: string }

/** Derives the key of a password, in hex. It takes about 80 ms: see password-threads.ts. */
export function derivePasswordKey({ password, salt }: PasswordQuestion): string {
  const options = { N: COST, r: BLOCK_SIZE, p: 1, maxmem: MAX_MEMORY }
  return scryptSync(password.normalize('NFKC'), salt, KEY_BYTES, options).toString('hex')
}

export function makePasswordSalt(): string {
  return randomBytes(16).toString('hex')
}
