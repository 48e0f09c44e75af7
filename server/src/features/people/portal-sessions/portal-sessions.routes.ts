import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../../context.ts'
import { routeOf } from '../../../http/answers/route-of.ts'
import { traceOf } from '../../../http/requests/request-trace.ts'
import { serviceOf } from '../../request-principal.ts'
import { endPortalSessions } from './end-portal-sessions.ts'
import { makePortalLink } from './make-portal-link.ts'
import { openPortalLink } from './open-portal-link.ts'

/** Lets the platform hand over a person whom it has signed in itself. */
export async function portalSessionRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.route({
    ...routeOf('POST /api/portal-sessions'),
    config: { access: 'portal:hand-off' },
    handler: async (req, reply) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      const link = await makePortalLink(ctx, serviceOf(req), req.body, idempotencyKey)
      return reply.status(201).send(link)
    },
  })

  api.route({
    ...routeOf('DELETE /api/portal-sessions'),
    config: { access: 'portal:hand-off' },
    handler: async (req, reply) => {
      await endPortalSessions(ctx, serviceOf(req), req.query)
      return reply.status(204).send()
    },
  })

  api.route({
    ...routeOf('POST /api/session/portal-link'),
    config: { access: 'session' },
    handler: async (req, reply) => {
      const { handOff, cookie } = await openPortalLink(ctx, req.body.code, traceOf(req))
      return reply.header('Set-Cookie', cookie).send(handOff)
    },
  })
}
