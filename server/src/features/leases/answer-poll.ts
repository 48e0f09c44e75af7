import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import type { Context } from '../context.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import { InsufficientScopeError, UnauthorizedError } from '../../lib/errors.ts'
import type { ServicePrincipal } from '../principals.ts'
import { serviceTokenStatus } from '../service-tokens/service-token-status.ts'
import type { Poller } from './lease-session.ts'
import type { OnGone } from './leases.ts'

/**
 * Answers a verifier's poll. Its token is read once more, behind the head of the log: a change of
 * the token that the answer does not take into account has a higher number, and ends the session.
 *
 * @param onGone says what to do when the connection closes
 * @throws {UnauthorizedError} for a token that has ended since the request began
 */
export async function answerPoll(
  ctx: Context,
  service: ServicePrincipal,
  asked: LeasePoll,
  onGone: OnGone,
): Promise<LeaseAnswer> {
  const poller = await ctx.database.readsTogether(() => readPoller(ctx, service.id))
  return ctx.leases.poll(asked, poller, onGone)
}

/** The service token that a poll came with, as it is now: call it in `readsTogether`. */
export function readPoller(ctx: Context, id: string): MaybePromise<Poller> {
  const { lookups } = ctx
  return whenReady(lookups.headOfChanges(), (head) =>
    whenReady(lookups.serviceTokenById(id), (token) => toPoller(ctx, id, token, head)),
  )
}

function toPoller(
  { nowMs }: Context,
  id: string,
  token: Awaited<ReturnType<Context['lookups']['serviceTokenById']>>,
  asOf: number,
): Poller {
  const now = nowMs()
  if (!token || serviceTokenStatus(token, now) !== 'active')
    throw new UnauthorizedError('Invalid service token', true)
  if (!token.scopes.includes('keys:verify')) throw new InsufficientScopeError(['keys:verify'])
  const { organizationIds, expiresAt } = token
  const tokenEndsInMs = expiresAt === null ? null : Date.parse(expiresAt) - now
  return { tokenId: id, organizationIds, tokenEndsInMs, asOf }
}
