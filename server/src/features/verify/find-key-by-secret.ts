import type { Context } from '../../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { findKeyByHash, type VerifiedKey } from './verify.store.ts'

/** The key that a secret belongs to, whatever its state, as committed now. */
export function findKeyBySecret(ctx: Context, secret: string): Promise<VerifiedKey | undefined> {
  return findKeyByHash(ctx.committed, hashSecret(secret))
}
