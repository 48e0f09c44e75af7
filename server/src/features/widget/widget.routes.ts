import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { keyHolderOf, serviceOf } from '../request-principal.ts'
import { hasCurrent } from '../../http/answers/validators.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { getKeyWithUse } from '../keys/reads/key-reads.ts'
import { consumeCall } from './consume-call.ts'
import { mintToken } from './mint-token.ts'
import { publicKeySet } from './signing-keys.ts'

/** A customer's server gets a token for its key, and the voice platform consumes it. */
export async function widgetRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.route({
    ...routeOf('POST /api/widget/token'),
    config: { access: 'key:widget-token' },
    handler: (req) => mintToken(ctx, keyHolderOf(req), req.body),
  })

  api.route({
    ...routeOf('GET /api/whoami'),
    config: { access: 'key:any' },
    handler: (req) => getKeyWithUse(ctx, keyHolderOf(req), keyHolderOf(req).id),
  })

  api.route({
    ...routeOf('GET /.well-known/jwks.json'),
    config: { access: 'public' },
    handler: async (req, reply) => {
      const keys = publicKeySet(ctx.signingKeys)
      reply.header('Cache-Control', 'public, max-age=300')
      // Each id is the thumbprint of its key.
      const state = keys.keys.map(({ kid }) => kid).join('-')
      if (hasCurrent(req, reply, state)) return reply.status(304).send()
      return keys
    },
  })

  api.route({
    ...routeOf('POST /api/internal/calls/consume'),
    config: { access: 'calls:consume' },
    handler: (req) =>
      consumeCall(
        ctx,
        serviceOf(req),
        req.body.accessToken,
        req.headers['idempotency-key'] ?? null,
      ),
  })
}
