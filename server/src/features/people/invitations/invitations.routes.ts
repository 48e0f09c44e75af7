import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { ShowInvitationInput, ShownInvitation } from '@zentrix/shared/schemas/sessions.ts'
import type { Context } from '../../context.ts'
import { errors } from '../../../http/answers/route-schemas.ts'
import { SESSION_PATH } from '../identity/session-cookie.ts'
import { showInvitation } from './show-invitation.ts'

/** What a link of ours says, for a person who may have no account yet. */
export async function invitationRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().post(
    `${SESSION_PATH}/invitation`,
    {
      config: { access: 'session' },
      schema: {
        tags: ['Sessions'],
        summary: 'Who invites to which organization, for whoever holds the link',
        description: 'The token is in the body, so that it is in no log of addresses.',
        body: ShowInvitationInput,
        response: { 200: ShownInvitation, ...errors(400, 403, 404, 413, 415, 503) },
      },
    },
    (req) => showInvitation(ctx, req.body.token),
  )
}
