import { addressGroup } from '@zentrix/shared/addresses.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { MaybePromise } from '../../lib/maybe-promise.ts'
import { RateLimitedError } from '../../lib/errors.ts'
import { sendBudget } from './send-budget.ts'
import { ADDRESS_NOT_TOLD, clientIp } from '../requests/client-ip.ts'

type Counting = {
  nowMs(): number
  rateLimiter: {
    take(
      name: string,
      limit: number,
      cost: number,
      nowMs: number,
    ): MaybePromise<{ accepted: boolean; remaining: number; resetAtMs: number }>
  }
}

/** A hook that lets an address call a public route so many times a minute. */
export function limitPerAddress(counting: Counting, name: string, limit: number) {
  return async (req: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const nowMs = counting.nowMs()
    const group = addressGroup(clientIp(req)) ?? ADDRESS_NOT_TOLD
    const budget = await counting.rateLimiter.take(`${name}/${group}`, limit, 1, nowMs)
    reply.header('Cache-Control', 'no-store')
    const { remaining, resetAtMs } = budget
    sendBudget(counting, reply, { limit, remaining, resetAt: new Date(resetAtMs).toISOString() })
    if (!budget.accepted) throw new RateLimitedError(budget.resetAtMs, nowMs)
  }
}
