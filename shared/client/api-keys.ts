// The entry `@zentrix/api-keys`. It runs wherever there is `fetch`: Node 20 and later, Deno, Bun.
export { createVerifier, type VerifierOptions } from './create-verifier.ts'
export { consumeCall, ConsumeCallError, type ConsumeCallOptions } from './consume-call.ts'
export type { ConsumedCall, Language } from '../src/verification/consumed-call.ts'
export type { Environment } from '../src/keys/environments.ts'
export type {
  Budget,
  RefusalCode,
  VerifyAccepted,
  VerifyRefused,
} from '../src/verification/verdict.ts'
export { VerifyConfigurationError } from './service/configuration-error.ts'
export type { Fetch } from './service/connection.ts'
export type { UnavailableReason } from './service/exchange.ts'
export type { Incident } from './service/incidents.ts'
export type {
  GuardClient,
  Question,
  Unavailable,
  Verdict,
  Verifier,
  VerifierStats,
  VerifyClient,
} from './verifier.ts'
export { createVerifyClient, type VerifyClientOptions } from './verify-client.ts'
