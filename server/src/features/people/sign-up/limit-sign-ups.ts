import type { Context } from '../../context.ts'
import { tooMany } from '../identity/session-error.ts'

const MAX_PER_MINUTE = 10

/**
 * Counts a sign-up, before its password costs anything.
 *
 * @param address sign-ups from one address are counted together
 * @throws {SessionError} 429 after 10 in a minute
 */
export async function limitSignUps(ctx: Context, address: string): Promise<void> {
  const nowMs = ctx.nowMs()
  const name = `sign-up/address/${address}`
  const { accepted, resetAtMs } = await ctx.rateLimiter.take(name, MAX_PER_MINUTE, 1, nowMs)
  if (!accepted) throw tooMany('sign-ups from this address', resetAtMs - nowMs)
}
