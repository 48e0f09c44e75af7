import type { DetectorMatches } from '@zentrix/shared/leaks.ts'
import { hasSecretShape, SERVICE_TOKEN_PREFIX } from '@zentrix/shared/key-format.ts'
import type { Context } from '../../context.ts'
import { InvalidInputError } from '../../errors.ts'
import { mayServe, type ServicePrincipal } from '../../principal.ts'
import { decide } from '../verify/decide.ts'
import { findKeyBySecret } from '../verify/find-key-by-secret.ts'

const MAX_SECRETS = 100

/**
 * Whether any of what a scanner found would be accepted now: a key of an organization that the
 * asker serves, or a service token. It leaves no trace of use.
 *
 * @throws {InvalidInputError} for more than 100 of them
 */
export async function isAnyLive(
  ctx: Context,
  service: ServicePrincipal,
  matches: DetectorMatches,
): Promise<boolean> {
  const secrets = new Set(
    Object.values(matches).flatMap((byRegex) => Object.values(byRegex).flat()),
  )
  if (secrets.size > MAX_SECRETS) throw new InvalidInputError('There are too many matches')
  for (const secret of secrets) if (await isLive(ctx, service, secret)) return true
  return false
}

async function isLive(ctx: Context, service: ServicePrincipal, secret: string): Promise<boolean> {
  const nowMs = ctx.nowMs()
  if (hasSecretShape(secret, SERVICE_TOKEN_PREFIX)) {
    const token = await ctx.lookups.serviceToken(secret)
    if (!token || token.revokedAt !== null) return false
    return token.expiresAt === null || Date.parse(token.expiresAt) > nowMs
  }
  const key = await findKeyBySecret(ctx, secret)
  if (!key || !mayServe(service, key.organizationId)) return false
  // From where, and for what, is the next question; a thief would know how to ask.
  return decide({ ...key, allowedIps: [] }, { scopes: [], ip: null, nowMs }) === undefined
}
