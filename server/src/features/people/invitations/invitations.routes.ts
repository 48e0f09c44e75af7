import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../../context.ts'
import { routeOf } from '../../../http/answers/route-of.ts'
import { showInvitation } from './show-invitation.ts'

/** The content of our link, for a person who may have no account yet. */
export async function invitationRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().route({
    ...routeOf('POST /api/session/invitation'),
    config: { access: 'session' },
    handler: (req) => showInvitation(ctx, req.body.token),
  })
}
