import type { Context } from '../context.ts'
import type { MaybePromise } from '../../lib/maybe-promise.ts'
import type { VerifiedKey } from './verify.store.ts'

/** The key that a secret belongs to, whatever its state, as committed now. */
export function findKeyBySecret(
  ctx: Context,
  secret: string,
): MaybePromise<VerifiedKey | undefined> {
  return ctx.lookups.key(secret)
}
