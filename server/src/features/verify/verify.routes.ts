import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { VerifyInput, VerifyResult } from '@zentrix/shared/schemas/verify.ts'
import type { Context } from '../context.ts'
import type { FastLane } from './lane.ts'
import { serviceOf } from '../request-principal.ts'
import { errors } from '../../http/answers/route-schemas.ts'
import { answerVerify } from './answer-verify.ts'

/** What the platform's other services ask on every request of theirs. */
export async function verifyRoutes(
  app: FastifyInstance,
  ctx: Context,
  lane: FastLane,
): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/api/auth/verify',
    {
      config: { access: 'keys:verify' },
      preParsing: (req, _, body, done) => done(null, lane.bodyOf(req.raw) ?? body),
      schema: {
        tags: ['Verification'],
        summary: 'Say whether a key is good, as of now',
        body: VerifyInput,
        response: { 200: VerifyResult, ...errors(400, 401, 403, 413, 415, 503) },
      },
    },
    (req) => answerVerify(ctx, serviceOf(req), req.body),
  )
}
