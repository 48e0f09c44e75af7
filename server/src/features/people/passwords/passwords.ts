import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from '../../context.ts'
import { isSameText } from '../../../crypto/hash.ts'
import { makePasswordSalt } from '../../../crypto/password-key.ts'
import { SessionError } from '../identity/session-error.ts'

// Less than the 8 seconds after which the answer is a 503 anyway.
const MAX_REQUEST_MS = 7000
const RETRY_AFTER_SECONDS = 5

type Asker = {
  group: string
  isKnown: boolean
  beganAtMs: number
  /** The password that this request has just hashed. */
  made?: { hash: string; password: string }
}

const askers = new AsyncLocalStorage<Asker>()

/** Answers a request; its passwords are hashed in the turn of this address. */
export function hashingFor<T>(address: string, answer: () => Promise<T>): Promise<T> {
  return askers.run({ group: address, isKnown: false, beganAtMs: performance.now() }, answer)
}

/** Gives the present request, of a known browser or person, a turn of its own. */
export function hashForKnown(name: string): void {
  const asker = askers.getStore()
  if (asker) Object.assign(asker, { group: name, isKnown: true })
}

/** @throws {SessionError} 503 while too many others wait */
export async function hashPassword(ctx: Context, password: string): Promise<string> {
  const salt = makePasswordSalt()
  const hash = `${salt}:${await derive(ctx, password, salt)}`
  const asker = askers.getStore()
  if (asker) asker.made = { hash, password }
  return hash
}

/** Whether this is the password; it takes as long as `hashPassword`. @throws {SessionError} 503 */
export async function verifyPassword(
  ctx: Context,
  { hash, password }: { hash: string; password: string },
): Promise<boolean> {
  const made = askers.getStore()?.made
  if (made?.hash === hash && made.password === password) return true
  const [salt, key] = hash.split(':')
  if (!salt || !key) throw new Error('A password hash cannot be read')
  return isSameText(await derive(ctx, password, salt), key)
}

async function derive(ctx: Context, password: string, salt: string): Promise<string> {
  const asker = askers.getStore()
  // Without a request, the service itself hashes, at its start.
  const turn = asker
    ? { group: asker.group, isKnown: asker.isKnown, patienceMs: patienceOf(asker) }
    : { group: 'service', isKnown: true, patienceMs: MAX_REQUEST_MS }
  const key = await ctx.derivePasswordKey({ password, salt }, turn)
  if (key === undefined)
    throw new SessionError(
      503,
      'UNAVAILABLE',
      `Too many people sign in at this moment. Try again in ${RETRY_AFTER_SECONDS} seconds.`,
      RETRY_AFTER_SECONDS,
    )
  return key
}

function patienceOf({ beganAtMs }: Asker): number {
  return Math.max(0, MAX_REQUEST_MS - (performance.now() - beganAtMs))
}
