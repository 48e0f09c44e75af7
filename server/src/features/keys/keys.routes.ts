import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { tenantOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { countKeys, getKeyBySecret, getKeyWithUse, listKeys } from './reads/key-reads.ts'
import { issueKey } from './issue-key.ts'
import { revokeMany } from './revocation/revoke-many.ts'
import { revokeKey } from './revocation/revoke-key.ts'
import { rotateKey } from './rotation/rotate-key.ts'
import { updateKey } from './update-key.ts'

/** The life of a key, for a person in the portal or a service that acts for an organization. */
export async function keyRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.route({
    ...routeOf('GET /api/keys'),
    config: { access: 'keys:read', isCompressed: true, isLongRead: true },
    handler: (req) => listKeys(ctx, tenantOf(req), req.query),
  })

  api.route({
    ...routeOf('POST /api/keys'),
    config: { access: 'keys:issue' },
    handler: async (req, reply) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      const issued = await issueKey(ctx, tenantOf(req), req.body, idempotencyKey)
      return reply.status(201).header('Location', `/api/keys/${issued.id}`).send(issued)
    },
  })

  api.route({
    ...routeOf('GET /api/keys/counts'),
    config: { access: 'keys:read', isLongRead: true },
    handler: (req) => countKeys(ctx, tenantOf(req), req.query),
  })

  api.route({
    ...routeOf('POST /api/keys/find'),
    config: { access: 'keys:read' },
    handler: (req) => getKeyBySecret(ctx, tenantOf(req), req.body.key),
  })

  api.route({
    ...routeOf('POST /api/keys/revoke-many'),
    config: { access: 'keys:revoke-many', isCompressed: true },
    handler: (req) => revokeMany(ctx, tenantOf(req), req.body),
  })

  api.route({
    ...routeOf('GET /api/keys/:id'),
    config: { access: 'keys:read' },
    handler: (req) => getKeyWithUse(ctx, tenantOf(req), req.params.id),
  })

  api.route({
    ...routeOf('PATCH /api/keys/:id'),
    config: { access: 'keys:update' },
    handler: (req) => updateKey(ctx, tenantOf(req), req.params.id, req.body),
  })

  api.route({
    ...routeOf('DELETE /api/keys/:id'),
    config: { access: 'keys:revoke' },
    handler: async (req, reply) => {
      await revokeKey(ctx, tenantOf(req), req.params.id, req.body?.reason ?? null)
      return reply.status(204).send()
    },
  })
  api.route({
    ...routeOf('POST /api/keys/:id/rotate'),
    config: { access: 'keys:rotate' },
    handler: async (req, reply) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      const { id } = req.params
      const issued = await rotateKey(ctx, tenantOf(req), id, req.body, idempotencyKey)
      return reply.status(201).header('Location', `/api/keys/${issued.id}`).send(issued)
    },
  })
}
