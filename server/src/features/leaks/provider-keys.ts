import type { Context } from '../context.ts'
import type { SignatureCheck } from '../../crypto/ecdsa.ts'
import { asError } from '../../lib/caught.ts'
import { AppError } from '../../lib/errors.ts'
import { fetchProviderKeys } from './fetch-provider-keys.ts'

// A key that the provider withdraws is trusted no longer than this.
const MAX_AGE_MS = 3_600_000
// Made-up identifiers cause at most one fetch in this time.
const MIN_AGE_MS = 60_000
const RETRY_MS = 10_000

export type ProviderKeys = {
  /**
   * The check with the key of that identifier; undefined when the provider has no such key.
   *
   * @throws {AppError} `UNAVAILABLE` when the provider's keys cannot be fetched
   */
  find(id: string): Promise<SignatureCheck | undefined>
}

/** The provider's keys, fetched when they are needed and kept for an hour. */
export function providerKeys(ctx: Context): ProviderKeys {
  let known = new Map<string, SignatureCheck>()
  let fetchedAtMs = -Infinity
  let failedAtMs = -Infinity
  let underWay: Promise<void> | undefined

  async function refresh(): Promise<void> {
    try {
      known = await fetchProviderKeys(ctx.config.leakKeysUrl)
      fetchedAtMs = ctx.nowMs()
    } catch (error) {
      failedAtMs = ctx.nowMs()
      const { name, message } = asError(error)
      ctx.log.warn({ name, message }, "the secret scanner's keys cannot be had")
    } finally {
      underWay = undefined
    }
  }

  return {
    async find(id) {
      const isFresh = () => ctx.nowMs() - fetchedAtMs < (known.has(id) ? MAX_AGE_MS : MIN_AGE_MS)
      if (!isFresh() && ctx.nowMs() - failedAtMs >= RETRY_MS) await (underWay ??= refresh())
      // The provider sends the report again; until then nothing is trusted.
      if (!isFresh()) throw new AppError('UNAVAILABLE', 'The signature cannot be checked right now')
      return known.get(id)
    },
  }
}
