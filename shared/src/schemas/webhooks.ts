import * as z from 'zod'
import { auditActions } from './audit.ts'
import { pageOf, pageQuery } from './pagination.ts'
import { displayText, Timestamp } from './text.ts'

export const MAX_ORGANIZATION_WEBHOOKS = 20

/** The type of a message that says nothing but that messages arrive. */
export const TEST_TYPE = 'webhook.test'

export function isWebhookId(text: string): boolean {
  return /^whk_[0-9A-Za-z]{1,64}$/.test(text)
}

export function isDeliveryId(text: string): boolean {
  return /^dlv_[0-9A-Za-z]{1,64}$/.test(text)
}

export const disabledReasons = ['owner', 'failing', 'gone'] as const

/** A webhook as it may be seen after it was made: everything but its secret. */
export const Webhook = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    url: z.string(),
    events: z.array(z.string()).meta({ description: 'Audit actions, or `*` alone for all' }),
    description: z.string().nullable(),
    enabled: z.boolean(),
    disabledReason: z.enum(disabledReasons).nullable().meta({
      description:
        'Why it is disabled: by a person or service, after three days of failures, or because the receiver answered 410',
    }),
    failingSince: Timestamp.nullable().meta({
      description: 'When the first attempt failed of those that failed since the last success',
    }),
    oldSecretUntil: Timestamp.nullable().meta({
      description: 'Until when the secret that was replaced signs along',
    }),
    createdAt: Timestamp,
  })
  .meta({ id: 'Webhook' })
export type Webhook = z.infer<typeof Webhook>

/** The response that carries a secret. */
export const WebhookWithSecret = Webhook.extend({
  secret: z.string().meta({ description: 'What messages are signed with; never shown again' }),
}).meta({ id: 'WebhookWithSecret' })
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>

const Events = z
  .array(z.enum([...auditActions, '*']))
  .min(1, 'Choose at least one')
  .max(auditActions.length)
  .refine((events) => new Set(events).size === events.length, 'Must not repeat an event')
  .refine((events) => !events.includes('*') || events.length === 1, 'Must have * alone, if at all')

const ReceiverUrl = z.string().min(1, 'Must not be empty').max(2000)
const Description = displayText(200)

export const AddWebhookInput = z.strictObject({
  url: ReceiverUrl,
  events: Events,
  description: Description.nullish(),
  enabled: z.boolean().optional(),
})
export type AddWebhookInput = z.infer<typeof AddWebhookInput>

export const UpdateWebhookInput = z.strictObject({
  url: ReceiverUrl.optional(),
  events: Events.optional(),
  description: Description.nullish(),
  enabled: z.boolean().optional(),
  resumeFrom: z.string().max(100).optional().meta({
    description:
      'With `enabled: true`: the id of an audit event, after which messages begin; otherwise they begin with the next event',
  }),
})
export type UpdateWebhookInput = z.infer<typeof UpdateWebhookInput>

export const ListWebhooksQuery = z.strictObject(pageQuery)
export type ListWebhooksQuery = z.infer<typeof ListWebhooksQuery>

export const WebhookPage = pageOf(Webhook)
export type WebhookPage = z.infer<typeof WebhookPage>

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const

/** One message to one webhook, with what became of it. */
export const WebhookDelivery = z
  .object({
    id: z.string(),
    eventId: z.string(),
    type: z.string(),
    createdAt: Timestamp,
    status: z.enum(deliveryStatuses),
    attempts: z.int(),
    lastAttemptAt: Timestamp.nullable(),
    responseStatus: z.int().nullable().meta({
      description: 'The status of the last answer; null if there was none',
    }),
    problem: z.string().nullable().meta({ description: 'Why the last attempt failed, in words' }),
    nextAttemptAt: Timestamp.nullable(),
  })
  .meta({ id: 'WebhookDelivery' })
export type WebhookDelivery = z.infer<typeof WebhookDelivery>

export const DeliveryPage = pageOf(WebhookDelivery)
export type DeliveryPage = z.infer<typeof DeliveryPage>
