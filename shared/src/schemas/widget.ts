import * as z from 'zod'
import { Uuid } from './catalog.ts'
import { languages } from '../verification/consumed-call.ts'
import type * as calls from '../verification/consumed-call.ts'
import { displayText, Timestamp } from './text.ts'

export const Language = z.enum(languages).meta({ id: 'Language' })
export type Language = z.infer<typeof Language>

export const WidgetTokenInput = z.strictObject({
  agentId: Uuid,
  instanceId: Uuid.optional(),
  language: Language.optional().meta({ description: '`en` when absent' }),
  callerName: displayText(100).optional(),
})
export type WidgetTokenInput = z.infer<typeof WidgetTokenInput>

export const WidgetToken = z
  .object({
    accessToken: z.string().meta({ description: 'A JWT that starts this one call' }),
    callId: z.string(),
    agentName: z.string(),
    expiresAt: Timestamp,
    expiresIn: z.int().meta({ description: 'Seconds', examples: [60] }),
  })
  .meta({ id: 'WidgetToken', description: 'The token, and the call that it starts' })
export type WidgetToken = z.infer<typeof WidgetToken>

export const ConsumeCallInput = z.strictObject({ accessToken: z.string() })
export type ConsumeCallInput = z.infer<typeof ConsumeCallInput>

export const ConsumedCall = z
  .object({
    callId: z.string(),
    agentId: z.string(),
    instanceId: z.string().nullable(),
    organizationId: z.string(),
    keyId: z.string(),
    language: Language,
    callerName: z.string().nullable(),
  })
  .meta({
    id: 'ConsumedCall',
    description: 'The call that may begin now',
  }) satisfies z.ZodType<calls.ConsumedCall>

/** RFC 7517 §5 and RFC 8037 §2: Ed25519 public keys. */
export const JsonWebKeySet = z
  .object({
    keys: z.array(
      z
        .object({
          kty: z.literal('OKP'),
          crv: z.literal('Ed25519'),
          x: z.string(),
          kid: z.string(),
          alg: z.literal('EdDSA'),
          use: z.literal('sig'),
        })
        .meta({ id: 'JsonWebKey' }),
    ),
  })
  .meta({ id: 'JsonWebKeySet', description: 'The public keys, each with its id' })
export type JsonWebKeySet = z.infer<typeof JsonWebKeySet>
