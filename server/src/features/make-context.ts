import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { authSecretFor } from '../config/auth-secret.ts'
import type { Config } from '../config/config.ts'
import type { Context } from './context.ts'
import { passwordThread } from '../crypto/password-threads.ts'
import { deriveKey, type KeyPurpose } from '../crypto/sealing.ts'
import { prepareHeadRead } from './leases/changes/changes.store.ts'
import { openDesk } from './leases/lease-desk.ts'
import type { Leases } from './leases/leases.ts'
import { memoryRateLimiter, type BudgetMemory } from './rate-limits/memory-rate-limiter.ts'
import type { RedisConnection } from './rate-limits/redis-connection.ts'
import { redisRateLimiter } from './rate-limits/redis-rate-limiter.ts'
import { surviveFailure } from './rate-limits/survive-failure.ts'
import {
  prepareServiceTokenById,
  prepareServiceTokenLookup,
} from './service-tokens/service-tokens.store.ts'
import { passwordQueue, type DerivePasswordKey } from './people/passwords/password-queue.ts'
import { usageLog, type UsageSink } from './usage/write-behind/usage-log.ts'
import { usageSinkFor } from './usage/write-behind/usage-sinks.ts'
import { sliceSizes } from './verify/copies/slice-sizes.ts'
import { countLeasedUses } from './verify/copies/count-leased-uses.ts'
import { prepareKeyAsOfLookup, prepareKeyLookup } from './verify/verify.store.ts'
import { loadSigningKeys } from './widget/signing-keys.ts'
import { selectSigningKeys } from './widget/widget.store.ts'
import { makeMetrics } from '../lib/metrics.ts'
import { noPeers, type Peers } from '../lib/threads/peers.ts'
import type { OpenDatabase } from '../store/interface/open-database.ts'

/** The parts of a context that the threads of one process share. */
export type SharedByThreads = {
  budgets?: BudgetMemory
  /** Redis, where the nodes of a deployment count budgets; each thread has its own connection. */
  redis?: RedisConnection | undefined
  usageSink?: UsageSink
  /** The queue for the process's threads that hash passwords. */
  derivePasswordKey?: DerivePasswordKey
  peers?: Peers
  /** By default the thread keeps the leases of the process itself. */
  leases?: Leases
  /** 1 while a lease may be running. */
  leaseFlag?: SharedArrayBuffer
}

// One set for the process, also with several contexts in it.
const passwordThreads = Array.from({ length: availableParallelism() > 1 ? 2 : 1 }, passwordThread)

/**
 * Puts together the context of every verb.
 *
 * @throws {ConfigError} when AUTH_SECRET is missing
 * @throws {WrongAuthSecretError} when the database was made with a different AUTH_SECRET
 */
export async function makeContext(
  config: Config,
  database: OpenDatabase,
  log: Logger,
  nowMs = Date.now,
  shared: SharedByThreads = {},
): Promise<Context> {
  const isNew = (await selectSigningKeys(database.db)).length === 0
  const authSecret = authSecretFor(config, isNew)
  const derivedKeys = new Map<KeyPurpose, Buffer>()
  const keyFor = (purpose: KeyPurpose): Buffer => {
    const known = derivedKeys.get(purpose) ?? deriveKey(authSecret, purpose)
    derivedKeys.set(purpose, known)
    return known
  }
  const { db, committed } = database
  const metrics = makeMetrics()
  const { rateLimitOnFailure: onFailure } = config
  const now = () => new Date(nowMs()).toISOString()
  const local = memoryRateLimiter(shared.budgets)
  const counting = shared.redis ? redisRateLimiter(shared.redis, keyFor('budget-names')) : local
  const rateLimiter = surviveFailure(counting, { onFailure, local, log, metrics })
  const usage = usageLog(shared.usageSink ?? usageSinkFor(database, log))
  const signingKeys = await loadSigningKeys({ db, keyFor, now })
  const countsOf = { committed, usage, rateLimiter, nowMs }
  const leases =
    shared.leases ??
    (await openDesk({
      database,
      metrics,
      log,
      now,
      ...(shared.leaseFlag && { flag: shared.leaseFlag }),
      count: (brought, { organizationIds }) => countLeasedUses(countsOf, organizationIds, brought),
    }))
  return {
    config,
    db,
    committed,
    database,
    lookups: {
      key: prepareKeyLookup(database),
      keyAsOf: prepareKeyAsOfLookup(database),
      serviceToken: prepareServiceTokenLookup(database),
      serviceTokenById: prepareServiceTokenById(database),
      headOfChanges: prepareHeadRead(database),
    },
    now,
    nowMs,
    log,
    keyFor,
    rateLimiter,
    sliceSizes: sliceSizes(),
    derivePasswordKey: shared.derivePasswordKey ?? passwordQueue(passwordThreads),
    metrics,
    usage,
    signingKeys,
    leases,
    peers: shared.peers ?? noPeers,
  }
}
