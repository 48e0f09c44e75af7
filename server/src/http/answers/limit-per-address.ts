import { addressGroup } from '@zentrix/shared/addresses.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../features/context.ts'
import { RateLimitedError } from '../../lib/errors.ts'
import { sendBudget } from './send-budget.ts'
import { ADDRESS_NOT_TOLD, clientIp } from '../server/client-ip.ts'

/** A hook that lets an address call a public route so many times a minute. */
export function limitPerAddress(ctx: Context, name: string, limit: number) {
  return async (req: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const nowMs = Date.parse(ctx.now())
    const group = addressGroup(clientIp(req)) ?? ADDRESS_NOT_TOLD
    const budget = await ctx.rateLimiter.take(`${name}/${group}`, limit, 1, nowMs)
    reply.header('Cache-Control', 'no-store')
    const { remaining, resetAtMs } = budget
    sendBudget(ctx, reply, { limit, remaining, resetAt: new Date(resetAtMs).toISOString() })
    if (!budget.accepted) throw new RateLimitedError(budget.resetAtMs, nowMs)
  }
}
