import type { Context } from '../context.ts'
import { deleteExpiredTokens } from './widget.store.ts'

// More than the clocks of one deployment should differ.
const KEPT_AFTER_EXPIRY_MS = 10 * 60_000

/** Deletes spent tokens some time after their expiry. */
export async function forgetTokens(ctx: Context): Promise<void> {
  await deleteExpiredTokens(ctx.db, new Date(ctx.nowMs() - KEPT_AFTER_EXPIRY_MS).toISOString())
}
