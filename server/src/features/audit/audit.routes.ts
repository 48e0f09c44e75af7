import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { AuditEventPage, ListAuditEventsQuery } from '@zentrix/shared/schemas/audit.ts'
import type { Context } from '../context.ts'
import { tenantOf } from '../request-principal.ts'
import { errors } from '../../http/answers/route-schemas.ts'
import { exportEvents } from './export-events.ts'
import { listEvents } from './list-events.ts'

const EventFile = z
  .string()
  .meta({ description: 'A table of all events, one in a line (RFC 4180)' })

/** Who did what to which key, and when. */
export async function auditRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/audit-events',
    {
      config: { access: 'audit:read' },
      schema: {
        tags: ['Audit log'],
        summary: "List the organization's audit events, newest first",
        description:
          'As a file, all events that match are sent, however many there are, and a connection that ends before the last of them breaks off without the end of the body.',
        querystring: ListAuditEventsQuery,
        response: {
          200: {
            description: 'A page of events, or with `format=csv` a file',
            content: {
              'application/json': { schema: AuditEventPage },
              'text/csv': { schema: EventFile },
            },
          },
          ...errors(400, 401, 403, 404, 503),
        },
      },
    },
    async (req, reply) => {
      if (req.query.format !== 'csv') return listEvents(ctx, tenantOf(req), req.query)
      // HEAD has no body; the framework would read all of it nevertheless.
      const query = req.method === 'HEAD' ? { ...req.query, limit: 1 } : req.query
      const { fileName, file } = await exportEvents(ctx, tenantOf(req), query)
      file.on('error', (error) =>
        req.log.error({ err: error, reqId: req.id }, 'the file of audit events broke off'),
      )
      return reply
        .header('Content-Type', 'text/csv; charset=utf-8')
        .header('Content-Disposition', `attachment; filename="${fileName}"`)
        .send(file as never) // the schema tells of its text
    },
  )
}
