import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { personOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { listServiceTokens } from './service-token-reads.ts'
import { issueServiceToken } from './issue-service-token.ts'
import { revokeOwnServiceToken } from './revoke-service-token.ts'

/** The tokens that an organization's owners give their own services. */
export async function serviceTokenRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.route({
    ...routeOf('GET /api/service-tokens'),
    config: { access: 'service-tokens:manage', isCompressed: true, isLongRead: true },
    handler: (req) => listServiceTokens(ctx, personOf(req), req.query),
  })

  api.route({
    ...routeOf('POST /api/service-tokens'),
    config: { access: 'service-tokens:manage' },
    handler: async (req, reply) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      const issued = await issueServiceToken(ctx, personOf(req), req.body, idempotencyKey)
      return reply.status(201).send(issued)
    },
  })

  api.route({
    ...routeOf('DELETE /api/service-tokens/:id'),
    config: { access: 'service-tokens:manage' },
    handler: async (req, reply) => {
      await revokeOwnServiceToken(ctx, personOf(req), req.params.id)
      return reply.status(204).send()
    },
  })
}
