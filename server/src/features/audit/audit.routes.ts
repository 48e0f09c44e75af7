import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { tenantOf } from '../request-principal.ts'
import { hasCurrent } from '../../http/answers/validators.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { exportEvents } from './export-events.ts'
import { findFileState, listEvents } from './audit-reads.ts'

/** Who did what to which key, and when. */
export async function auditRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().route({
    ...routeOf('GET /api/audit-events'),
    config: { access: 'audit:read', isCompressed: true, isLongRead: true },
    handler: async (req, reply) => {
      if (req.query.format !== 'csv') return listEvents(ctx, tenantOf(req), req.query)
      const state = await findFileState(ctx, tenantOf(req))
      if (hasCurrent(req, reply, state)) return reply.status(304).send()
      // HEAD has no body; the framework would read all of it nevertheless.
      const query = req.method === 'HEAD' ? { ...req.query, limit: 1 } : req.query
      const { fileName, file } = await exportEvents(ctx, tenantOf(req), query)
      file.on('error', (error) =>
        req.log.error({ err: error, reqId: req.id }, 'the file of audit events broke off'),
      )
      return reply
        .header('Content-Type', 'text/csv; charset=utf-8')
        .header('Content-Disposition', `attachment; filename="${fileName}"`)
        .send(file as never) // the schema describes its text
    },
  })
}
