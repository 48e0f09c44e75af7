import type { Context } from '../../context.ts'
import { selectServiceTokens, type ServiceToken } from './service-tokens.store.ts'

/** Every service token with what became of it, newest first. */
export async function listServiceTokens(
  ctx: Context,
): Promise<(ServiceToken & { status: 'active' | 'expired' | 'revoked' })[]> {
  const now = ctx.now()
  const tokens = await selectServiceTokens(ctx.committed)
  return tokens.map((token) => ({ ...token, status: statusOf(token, now) }))
}

function statusOf({ revokedAt, expiresAt }: ServiceToken, now: string) {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}
