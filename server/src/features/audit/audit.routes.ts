import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { AuditEventPage, ListAuditEventsQuery } from '@zentrix/shared/audit.ts'
import type { Context } from '../../context.ts'
import { tenantOf } from '../../http/principals.ts'
import { errors } from '../../http/route-schemas.ts'
import { listEvents } from './list-events.ts'

/** Who did what to which key, and when. */
export async function auditRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/audit-events',
    {
      config: { access: 'audit:read' },
      schema: {
        tags: ['Audit log'],
        summary: "List the organization's audit events, newest first",
        querystring: ListAuditEventsQuery,
        response: { 200: AuditEventPage, ...errors(400, 401, 403, 404, 503) },
      },
    },
    (req) => listEvents(ctx, tenantOf(req), req.query),
  )
}
