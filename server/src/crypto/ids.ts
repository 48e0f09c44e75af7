import { randomBytes } from 'node:crypto'
import { monotonicFactory } from 'ulid'

export type IdPrefix = 'key' | 'org' | 'usr' | 'evt' | 'call' | 'svc' | 'whk' | 'dlv'

const nextUlid = monotonicFactory()

/**
 * A new id such as `key_01JQ…`: its ULID sorts by creation, also within one millisecond, so that
 * "newest first" means what it says.
 *
 * @param at ISO 8601, the moment that the id carries
 */
export function makeId(prefix: IdPrefix, at: string): string {
  return `${prefix}_${nextUlid(Date.parse(at))}`
}

/** An id that nobody can guess, such as an invitation's: 128 random bits, base64url. */
export function makeRandomId(): string {
  return randomBytes(16).toString('base64url')
}
