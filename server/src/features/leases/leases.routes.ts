import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { serviceOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { answerPoll } from './answer-poll.ts'
import type { LeaseLane } from './lease-lane.ts'

/** How the platform's other services keep copies of keys that are never stale. */
export async function leaseRoutes(
  app: FastifyInstance,
  ctx: Context,
  lane: LeaseLane,
): Promise<void> {
  // A held poll would keep a stopping service waiting.
  app.addHook('preClose', async () => ctx.leases.stop())

  app.withTypeProvider<ZodTypeProvider>().route({
    ...routeOf('POST /api/auth/lease'),
    config: { access: 'keys:verify' },
    preParsing: (req, _, body, done) => done(null, lane.bodyOf(req.raw) ?? body),
    handler: (req, reply) =>
      answerPoll(ctx, serviceOf(req), req.body, (leave) => reply.raw.once('close', leave)),
  })
}
