import { monotonicFactory } from 'ulid'

export type IdPrefix = 'key' | 'org' | 'usr' | 'evt' | 'call' | 'svc'

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
