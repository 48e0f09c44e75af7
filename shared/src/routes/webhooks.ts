import * as z from 'zod'
import {
  AddWebhookInput,
  DeliveryPage,
  ListWebhooksQuery,
  UpdateWebhookInput,
  Webhook,
  WebhookDelivery,
  WebhookPage,
  WebhookWithSecret,
} from '../schemas/webhooks.ts'
import { errors, IdempotencyHeaders, IdParams, Nothing, sameAnswerAgain } from './common.ts'

const tags = ['Webhooks']

const DeliveryParams = IdParams.extend({ deliveryId: z.string().max(100) })

export const webhookRoutes = {
  'GET /api/webhooks': {
    operationId: 'listWebhooks',
    tags,
    summary: "List the organization's webhooks, newest first",
    querystring: ListWebhooksQuery,
    response: { 200: WebhookPage, ...errors(400, 401, 403, 404, 503) },
  },
  'POST /api/webhooks': {
    operationId: 'addWebhook',
    tags,
    summary: 'Add a webhook; this answer alone holds its secret',
    description: `Messages follow Standard Webhooks. They are the organization's audit events from now on, in their order, each at least once. ${sameAnswerAgain}.`,
    headers: IdempotencyHeaders,
    body: AddWebhookInput,
    example: { url: 'https://acme.example/hooks/keys', events: ['key.revoked', 'key.leaked'] },
    response: { 201: WebhookWithSecret, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'GET /api/webhooks/:id': {
    operationId: 'getWebhook',
    tags,
    summary: 'Read a webhook',
    params: IdParams,
    response: { 200: Webhook, ...errors(400, 401, 403, 404, 503) },
  },
  'PATCH /api/webhooks/:id': {
    operationId: 'updateWebhook',
    tags,
    summary: 'Change a webhook; absent keeps, null clears',
    params: IdParams,
    body: UpdateWebhookInput,
    example: { events: ['*'], enabled: true },
    response: { 200: Webhook, ...errors(400, 401, 403, 404, 413, 415, 503) },
  },
  'DELETE /api/webhooks/:id': {
    operationId: 'deleteWebhook',
    tags,
    summary: 'Delete a webhook and its deliveries',
    params: IdParams,
    response: { 204: Nothing, ...errors(400, 401, 403, 404, 503) },
  },
  'POST /api/webhooks/:id/test': {
    operationId: 'testWebhook',
    tags,
    summary: 'Send a test message, once, also to a disabled webhook',
    params: IdParams,
    response: { 202: WebhookDelivery, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'POST /api/webhooks/:id/rotate-secret': {
    operationId: 'rotateWebhookSecret',
    tags,
    summary: 'Replace the secret; the old one signs along for 24 hours',
    description: `${sameAnswerAgain}.`,
    params: IdParams,
    headers: IdempotencyHeaders,
    response: { 200: WebhookWithSecret, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'GET /api/webhooks/:id/deliveries': {
    operationId: 'listDeliveries',
    tags,
    summary: 'List the deliveries of the last 30 days, newest first',
    params: IdParams,
    querystring: ListWebhooksQuery,
    response: { 200: DeliveryPage, ...errors(400, 401, 403, 404, 503) },
  },
  'POST /api/webhooks/:id/deliveries/:deliveryId/resend': {
    operationId: 'resendDelivery',
    tags,
    summary: 'Send the message of a delivery once more',
    description: 'Once, whatever the answer, and beside the messages that wait for their turn.',
    params: DeliveryParams,
    response: { 202: WebhookDelivery, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
}
