import type { FastifyReply } from 'fastify'
import { budgetHeaders } from '@zentrix/shared/refusals.ts'
import type { Budget } from '@zentrix/shared/verification/verdict.ts'

/**
 * Tells the caller what is left of the key's budget.
 *
 * @see draft-ietf-httpapi-ratelimit-headers §4, §5
 */
export function sendBudget(clock: { nowMs(): number }, reply: FastifyReply, budget: Budget): void {
  const secondsLeft = Math.max(0, Math.ceil((Date.parse(budget.resetAt) - clock.nowMs()) / 1000))
  reply.headers(budgetHeaders(budget, secondsLeft))
}
