import { expect, test } from 'vitest'
import { AddWebhookInput } from '@zentrix/shared/schemas/webhooks.ts'
import {
  emptyWebhookForm,
  toWebhookForm,
  toWebhookInput,
  validateWebhookForm,
} from './webhook-form.ts'

const url = ' https://example.com/hook '

test('what a form sends is what the API takes', () => {
  const input = toWebhookInput({ ...emptyWebhookForm, url })
  expect(AddWebhookInput.parse(input)).toEqual({
    url: 'https://example.com/hook',
    description: null,
    events: ['key.revoked', 'key.disabled', 'key.leaked'],
  })
  expect(toWebhookInput({ ...emptyWebhookForm, url, which: 'all' }).events).toEqual(['*'])
})

test('a webhook is in the form as it is', () => {
  const webhook = {
    id: 'whk_1',
    organizationId: 'org_1',
    url: 'https://example.com/',
    events: ['*'],
    description: 'Ends calls',
    enabled: true,
    disabledReason: null,
    failingSince: null,
    oldSecretUntil: null,
    createdAt: '2026-03-05T14:30:00.000Z',
  }
  expect(toWebhookInput(toWebhookForm(webhook))).toMatchObject({
    url: webhook.url,
    events: ['*'],
    description: 'Ends calls',
  })
  const events = ['member.added']
  expect(toWebhookInput(toWebhookForm({ ...webhook, events })).events).toEqual(events)
})

test('a form without a URL or an event is not sent', () => {
  expect(validateWebhookForm({ ...emptyWebhookForm, events: [] })).toEqual({
    url: expect.any(String),
    events: expect.any(String),
  })
  expect(validateWebhookForm({ ...emptyWebhookForm, url, which: 'all', events: [] })).toEqual({})
})
