import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { routeOf } from '../../http/answers/route-of.ts'
import type { Context } from '../context.ts'
import { tenantOf } from '../request-principal.ts'
import { addWebhook } from './add-webhook.ts'
import { deleteWebhook } from './delete-webhook.ts'
import { rotateWebhookSecret } from './rotate-webhook-secret.ts'
import { resendDelivery, testWebhook } from './send-once.ts'
import { updateWebhook } from './update-webhook.ts'
import { getWebhook, listDeliveries, listWebhooks } from './webhook-reads.ts'

/** Where an organization's audit events are sent, as they happen. */
export async function webhookRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()
  const config = { access: 'webhooks:manage' } as const

  api.route({
    ...routeOf('GET /api/webhooks'),
    config,
    handler: (req) => listWebhooks(ctx, tenantOf(req), req.query),
  })

  api.route({
    ...routeOf('POST /api/webhooks'),
    config,
    handler: async (req, reply) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      const added = await addWebhook(ctx, tenantOf(req), req.body, idempotencyKey)
      return reply.status(201).header('Location', `/api/webhooks/${added.id}`).send(added)
    },
  })

  api.route({
    ...routeOf('GET /api/webhooks/:id'),
    config,
    handler: (req) => getWebhook(ctx.committed, tenantOf(req), req.params.id),
  })

  api.route({
    ...routeOf('PATCH /api/webhooks/:id'),
    config,
    handler: (req) => updateWebhook(ctx, tenantOf(req), req.params.id, req.body),
  })

  api.route({
    ...routeOf('DELETE /api/webhooks/:id'),
    config,
    handler: async (req, reply) => {
      await deleteWebhook(ctx, tenantOf(req), req.params.id)
      return reply.status(204).send()
    },
  })

  api.route({
    ...routeOf('POST /api/webhooks/:id/test'),
    config,
    handler: async (req, reply) =>
      reply.status(202).send(await testWebhook(ctx, tenantOf(req), req.params.id)),
  })

  api.route({
    ...routeOf('POST /api/webhooks/:id/rotate-secret'),
    config,
    handler: (req) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      return rotateWebhookSecret(ctx, tenantOf(req), req.params.id, idempotencyKey)
    },
  })

  api.route({
    ...routeOf('GET /api/webhooks/:id/deliveries'),
    config,
    handler: (req) => listDeliveries(ctx, tenantOf(req), req.params.id, req.query),
  })

  api.route({
    ...routeOf('POST /api/webhooks/:id/deliveries/:deliveryId/resend'),
    config,
    handler: async (req, reply) => {
      const { id, deliveryId } = req.params
      return reply.status(202).send(await resendDelivery(ctx, tenantOf(req), id, deliveryId))
    },
  })
}
