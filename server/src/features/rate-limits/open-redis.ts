import type { Logger } from 'pino'
import { ConfigError, type Config } from '../../config/config.ts'
import type { RedisConnection } from './redis-connection.ts'
import { redisGreeting } from './redis-rate-limiter.ts'

/**
 * Connects to the Redis of REDIS_URL, if it is set. An unreachable Redis keeps no service from
 * starting, just as it ends no running one: RATE_LIMIT_ON_FAILURE says what happens meanwhile.
 *
 * @throws {ConfigError} when Redis refuses the password or the command
 */
export async function openRedis(
  { redisUrl, rateLimitOnFailure: onFailure }: Config,
  log: Logger,
): Promise<RedisConnection | undefined> {
  if (redisUrl === undefined) return undefined
  // Its client is a fifth of all modules of a start.
  const { connectToRedis, isRefusal } = await import('./redis-connection.ts')
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
