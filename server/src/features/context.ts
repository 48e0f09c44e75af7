import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { KeyPurpose } from '../crypto/sealing.ts'
import type { PendingEvent } from './audit/audit.store.ts'
import type { Leases } from './leases/leases.ts'
import type { RateLimiter } from './rate-limits/rate-limiter.ts'
import type { ServiceTokenLookup } from './service-tokens/service-tokens.store.ts'
import type { DerivePasswordKey } from './people/passwords/password-queue.ts'
import type { UsageLog } from './usage/write-behind/usage-log.ts'
import type { SliceSizes } from './verify/copies/slice-sizes.ts'
import type { KeyAsOfLookup, KeyLookup } from './verify/verify.store.ts'
import type { SigningKeys } from './widget/signing-keys.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { Metrics } from '../lib/metrics.ts'
import type { Peers } from '../lib/threads/peers.ts'
import type { Db } from '../store/schema/database.ts'
import type { OpenDatabase } from '../store/interface/open-database.ts'

/** Everything outside the features that a verb may need; made once per thread, and once per test. */
export type Context = {
  config: Config
  db: Db
  /** Only in a transaction: the audit events that are written at its end. */
  pendingEvents?: PendingEvent[]
  /** Only in a transaction: the organizations that its answer speaks of; null stands for all. */
  concerned?: Set<string | null>
  /** Reads committed rows only, so that no half-done change decides a request. */
  committed: Db
  database: OpenDatabase
  /** Prepared reads of the credential of a request. */
  lookups: {
    key: KeyLookup
    keyAsOf: KeyAsOfLookup
    serviceToken: ServiceTokenLookup
    serviceTokenById: ServiceTokenLookup
    /** The last change in the log. */
    headOfChanges: () => MaybePromise<number>
  }
  /** The time, as ISO 8601 in UTC with milliseconds. */
  now(): string
  /** The same moment in epoch milliseconds, where text would cost too much. */
  nowMs(): number
  log: Logger
  keyFor(purpose: KeyPurpose): Buffer
  rateLimiter: RateLimiter
  sliceSizes: SliceSizes
  /** Runs in the few threads that the process has for it. */
  derivePasswordKey: DerivePasswordKey
  usage: UsageLog
  metrics: Metrics
  signingKeys: SigningKeys
  leases: Leases
  /** The other threads that serve, as WORKERS says. */
  peers: Peers
}
