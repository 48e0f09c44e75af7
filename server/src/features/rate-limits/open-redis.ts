import type { Logger } from 'pino'
import { ConfigError, type Config } from '../../config/config.ts'
import { connectToRedis, isRefusal, type RedisConnection } from './redis-connection.ts'
import { redisGreeting } from './redis-rate-limiter.ts'

/**
 * Connects to where REDIS_URL points, if it is set. A Redis that cannot be reached does not keep
 * the service from starting, as it would not end one that runs: RATE_LIMIT_ON_FAILURE says what
 * happens meanwhile.
 *
 * @throws {ConfigError} when Redis can be reached, but refuses what REDIS_URL says
 */
export async function openRedis(
  { redisUrl, rateLimitOnFailure: onFailure }: Config,
  log: Logger,
): Promise<RedisConnection | undefined> {
  if (redisUrl === undefined) return undefined
  const redis = connectToRedis(redisUrl, redisGreeting)
  const failure = await redis.firstFailure
  if (failure === undefined) return redis
  if (isRefusal(failure)) {
    await redis.close()
    throw new ConfigError(`REDIS_URL is refused by the server: ${failure.message}`)
  }
  log.warn({ err: failure, onFailure }, 'Redis cannot be reached yet: budgets are not counted')
  return redis
}
