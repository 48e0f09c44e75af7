// The answers to consuming a widget token. Free of zod, as `verdict.ts` is.

export const languages = ['en', 'hi', 'mr', 'auto'] as const
export type Language = (typeof languages)[number]

export type ConsumedCall = {
  callId: string
  agentId: string
  instanceId: string | null
  organizationId: string
  keyId: string
  language: Language
  callerName: string | null
}
