import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import type { FastLane } from './lane.ts'
import { serviceOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { answerVerify } from './answer-verify.ts'

/** The question of the platform's other services on every request of theirs. */
export async function verifyRoutes(
  app: FastifyInstance,
  ctx: Context,
  lane: FastLane,
): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().route({
    ...routeOf('POST /api/auth/verify'),
    config: { access: 'keys:verify' },
    preParsing: (req, _, body, done) => done(null, lane.bodyOf(req.raw) ?? body),
    handler: (req) => answerVerify(ctx, serviceOf(req), req.body, () => req.id),
  })
}
