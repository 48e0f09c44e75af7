import { askWith, type AskOptions } from './service/ask.ts'
import type { VerifyClient } from './verifier.ts'

export type VerifyClientOptions = AskOptions

/**
 * Makes the client that a service keeps for its lifetime. Connections are kept alive by `fetch`;
 * verdicts are never kept, so that a revoked key is refused by the very next question.
 *
 * @throws {VerifyConfigurationError} for an option that cannot work
 */
export function createVerifyClient(options: VerifyClientOptions): VerifyClient {
  const ask = askWith(options)
  return { verify: async (key, question = {}) => (await ask(key, question)).verdict }
}
