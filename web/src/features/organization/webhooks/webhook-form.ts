import type { AddWebhookInput, Webhook } from '@zentrix/shared/schemas/webhooks.ts'
import { isAuditAction } from '../../../lib/audit/describe-event.ts'

/** The values of the form, as typed. */
export type WebhookForm = {
  url: string
  description: string
  which: 'all' | 'some'
  events: string[]
}

export const emptyWebhookForm: WebhookForm = {
  url: '',
  description: '',
  which: 'some',
  events: ['key.revoked', 'key.disabled', 'key.leaked'],
}

export function toWebhookForm({ url, description, events }: Webhook): WebhookForm {
  const isAll = events.includes('*')
  return {
    url,
    description: description ?? '',
    which: isAll ? 'all' : 'some',
    events: isAll ? emptyWebhookForm.events : events,
  }
}

export function toWebhookInput({ url, description, which, events }: WebhookForm): AddWebhookInput {
  return {
    url: url.trim(),
    description: description.trim() || null,
    events: which === 'all' ? ['*'] : events.filter(isAuditAction),
  }
}

/** The server judges the rest, since only it knows where it may send. */
export function validateWebhookForm({ url, which, events }: WebhookForm) {
  return {
    ...(!URL.canParse(url.trim()) && { url: 'Enter a URL such as https://example.com/webhooks' }),
    ...(which === 'some' && events.length === 0 && { events: 'Choose at least one event' }),
  }
}
