import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { RevokeLeakedInput } from '@zentrix/shared/keys.ts'
import type { Context } from '../../context.ts'
import { traceOf } from '../../http/authenticate.ts'
import { limitPerAddress } from '../../http/limit-per-address.ts'
import { errors, Nothing } from '../../http/route-schemas.ts'
import { revokeLeakedKey } from './revoke-leaked-key.ts'

const MAX_PER_MINUTE = 60

/** Ways to end a key that has come to light. */
export async function leakRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/api/keys/revoke-leaked',
    {
      config: { access: 'public' },
      onRequest: limitPerAddress(ctx, 'revoke-leaked', MAX_PER_MINUTE),
      schema: {
        tags: ['Public API'],
        summary: 'End a key that was found; whoever holds it may',
        description: 'The answer is the same for any text, so that it tells nothing.',
        body: RevokeLeakedInput,
        response: { 202: Nothing, ...errors(400, 413, 415, 429, 503) },
      },
    },
    async (req, reply) => {
      await revokeLeakedKey(ctx, traceOf(req), req.body.key)
      return reply.status(202).send()
    },
  )
}
