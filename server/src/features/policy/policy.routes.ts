import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { personOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { getPolicy } from './policy-reads.ts'
import { updatePolicy } from './update-policy.ts'

/** An organization's policy for its keys: everyone in it reads, owners change. */
export async function policyRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.route({
    ...routeOf('GET /api/policy'),
    config: { access: 'policy:read' },
    handler: (req) => getPolicy(ctx, personOf(req)),
  })
  api.route({
    ...routeOf('PATCH /api/policy'),
    config: { access: 'policy:update' },
    handler: (req) => updatePolicy(ctx, personOf(req), req.body),
  })
}
