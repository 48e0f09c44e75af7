import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { KeyUsage, UsageQuery } from '@zentrix/shared/schemas/usage.ts'
import type { Context } from '../context.ts'
import { tenantOf } from '../request-principal.ts'
import { errors, KeyParams } from '../../http/answers/route-schemas.ts'
import { readUsage } from './read-usage.ts'

/** How a key is used over time. */
export async function usageRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/keys/:id/usage',
    {
      config: { access: 'keys:read' },
      schema: {
        tags: ['Keys'],
        summary: 'Count the uses of a key by hour or day, and by how each ended',
        description:
          'Oldest first, with the intervals without use. An interval that only a part of the time lies in is counted whole. Hours are kept for 31 days; of a day before that, the first hour has the counts of all its hours.',
        params: KeyParams,
        querystring: UsageQuery,
        response: { 200: KeyUsage, ...errors(400, 401, 403, 404, 503) },
      },
    },
    (req) => readUsage(ctx, tenantOf(req), req.params.id, req.query),
  )
}
