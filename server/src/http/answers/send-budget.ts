import type { FastifyReply } from 'fastify'
import type { Budget } from '@zentrix/shared/schemas/verify.ts'

/**
 * Tells the caller what is left of the key's budget.
 *
 * @see draft-ietf-httpapi-ratelimit-headers §4, §5
 */
export function sendBudget(
  clock: { nowMs(): number },
  reply: FastifyReply,
  { limit, remaining, resetAt }: Budget,
): void {
  const secondsLeft = Math.max(0, Math.ceil((Date.parse(resetAt) - clock.nowMs()) / 1000))
  reply.header('RateLimit-Policy', `"default";q=${limit};w=60`)
  reply.header('RateLimit', `"default";r=${remaining};t=${secondsLeft}`)
}
