import * as z from 'zod'
import { AuditEventPage, ListAuditEventsQuery } from '../schemas/audit.ts'
import { errors, NotModified } from './common.ts'

const EventFile = z
  .string()
  .meta({ description: 'A table of all events, one in a line (RFC 4180)' })

export const auditRoutes = {
  'GET /api/audit-events': {
    operationId: 'listAuditEvents',
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
      304: NotModified,
      ...errors(400, 401, 403, 404, 503),
    },
  },
}
