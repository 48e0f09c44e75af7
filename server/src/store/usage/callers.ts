import { UnreadableError } from '../../lib/reading/read-values.ts'

/** The uses of a row that came from one address; null is an address that was not told. */
export type Caller = [ip: string | null, firstAtMs: number, lastAtMs: number, count: number]

/**
 * So many addresses are kept of a key, an outcome and an hour, those last seen: the API shows as
 * many of a key. So a million addresses cost no more room than these.
 */
export const MAX_CALLERS = 20

/** Adds up what is known of each address, and keeps those last seen. */
export function mergeCallers(callers: Caller[]): Caller[] {
  const byIp = new Map<string | null, Caller>()
  for (const caller of callers) {
    const [ip, firstAtMs, lastAtMs, count] = caller
    const known = byIp.get(ip)
    byIp.set(
      ip,
      known === undefined
        ? caller
        : [ip, Math.min(known[1], firstAtMs), Math.max(known[2], lastAtMs), known[3] + count],
    )
  }
  return [...byIp.values()].toSorted((a, b) => b[2] - a[2]).slice(0, MAX_CALLERS)
}

/** As a row keeps them: JSON, or nothing for a row without. */
export function writeCallers(callers: Caller[] | null): string | null {
  return callers === null ? null : JSON.stringify(callers)
}

/** @throws {UnreadableError} */
export function readCallers(text: string | null): Caller[] | null {
  if (text === null) return null
  const callers: unknown = JSON.parse(text)
  if (Array.isArray(callers) && callers.every(isCaller)) return callers
  throw new UnreadableError('a value in key_usage.callers')
}

function isCaller(value: unknown): value is Caller {
  if (!Array.isArray(value)) return false
  const [ip, ...numbers]: unknown[] = value
  const isIp = ip === null || typeof ip === 'string'
  return isIp && numbers.length === 3 && numbers.every((one) => typeof one === 'number')
}
