import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { tenantOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { getUsage } from './get-usage.ts'

/** How a key is used over time. */
export async function usageRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().route({
    ...routeOf('GET /api/keys/:id/usage'),
    config: { access: 'keys:read', isCompressed: true },
    handler: (req) => getUsage(ctx, tenantOf(req), req.params.id, req.query),
  })
}
