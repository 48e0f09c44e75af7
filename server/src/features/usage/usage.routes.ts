import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { tenantOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { findRefusals, getCallers } from './callers-reads.ts'
import { getOrganizationUsage, usageFile } from './get-organization-usage.ts'
import { getUsage } from './get-usage.ts'

/** How keys are used over time, and by whom. */
export async function usageRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.route({
    ...routeOf('GET /api/keys/:id/usage'),
    config: { access: 'keys:read', isCompressed: true, isLongRead: true },
    handler: (req) => getUsage(ctx, tenantOf(req), req.params.id, req.query),
  })

  api.route({
    ...routeOf('GET /api/keys/:id/callers'),
    config: { access: 'keys:read', isLongRead: true },
    handler: (req) => getCallers(ctx, tenantOf(req), req.params.id),
  })

  api.route({
    ...routeOf('GET /api/usage'),
    config: { access: 'usage:read', isCompressed: true, isLongRead: true },
    handler: async (req, reply) => {
      const usage = await getOrganizationUsage(ctx, tenantOf(req), req.query)
      if (req.query.format !== 'csv') return usage
      const [from = '', to = ''] = [usage.data.at(0), usage.data.at(-1)].map((interval) =>
        interval?.start.slice(0, 10),
      )
      return reply
        .header('Content-Type', 'text/csv; charset=utf-8')
        .header('Content-Disposition', `attachment; filename="usage-${from}-${to}.csv"`)
        .send(usageFile(usage))
    },
  })

  api.route({
    ...routeOf('GET /api/refusals'),
    config: { access: 'usage:read', isLongRead: true },
    handler: (req) => findRefusals(ctx, tenantOf(req), req.query.requestId),
  })
}
