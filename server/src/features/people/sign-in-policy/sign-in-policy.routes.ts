import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../../context.ts'
import { personOf } from '../../request-principal.ts'
import { routeOf } from '../../../http/answers/route-of.ts'
import { getSignInPolicy } from './get-sign-in-policy.ts'
import { updateSignInPolicy } from './update-sign-in-policy.ts'

/** An organization's rules for signing in: everyone in it reads, owners change. */
export async function signInPolicyRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.route({
    ...routeOf('GET /api/sign-in-policy'),
    config: { access: 'sign-in-policy:read' },
    handler: (req) => getSignInPolicy(ctx, personOf(req)),
  })
  api.route({
    ...routeOf('PATCH /api/sign-in-policy'),
    config: { access: 'sign-in-policy:update' },
    handler: (req) => updateSignInPolicy(ctx, personOf(req), req.body),
  })
}
