import type { DetectorMatches } from '@zentrix/shared/schemas/leaks.ts'
import type { Context } from '../context.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import { mayServe, type ServicePrincipal } from '../principals.ts'
import { judgeSecret } from './judge-secret.ts'

const MAX_SECRETS = 100

/**
 * Whether any of the secrets that a scanner found would be accepted now: a key of an organization
 * that the asking service serves, or a service token. It leaves no trace of use.
 *
 * @throws {InvalidInputError} for more than 100 secrets
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
  for (const secret of secrets) {
    const { status, organizationId } = await judgeSecret(ctx, secret)
    if (status === 'live' && (organizationId === null || mayServe(service, organizationId)))
      return true
  }
  return false
}
