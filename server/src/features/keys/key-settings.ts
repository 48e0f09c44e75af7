import { invalidField } from '../../errors.ts'

/**
 * An expiry as it is stored: UTC with milliseconds.
 *
 * @throws {InvalidInputError} when it is not in the future
 */
export function toExpiry(expiresAt: string | null | undefined, now: string): string | null {
  if (expiresAt === null || expiresAt === undefined) return null
  const expiry = new Date(expiresAt).toISOString()
  if (expiry <= now) throw invalidField('expiresAt', 'Must be in the future')
  return expiry
}
