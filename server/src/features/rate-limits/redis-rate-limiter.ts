import { hmac, sha1Hex } from '../../crypto/hash.ts'
import type { BudgetName, RateLimiter } from './rate-limiter.ts'
import { asError } from '../../lib/caught.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'
import type { RedisConnection } from './redis-connection.ts'

const TAG_LENGTH = 12

// A budget is one key, `minute:count`. The time is that of Redis, so that all nodes agree when a
// minute ends, even if their clocks differ. A minute that has begun is not left for the one before
// it, or a clock that steps back would open a second budget; a minute further ahead was an error.
// A key expires one minute after its own.
const takeScript = `
local minute_ms = ${MINUTE_MS}
local now = tonumber(ARGV[3])
if now == nil then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local minute = math.floor(now / minute_ms)
local known, count = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+)$')
known = tonumber(known) or 0
count = tonumber(count) or 0
if known < minute or known > minute + 1 then
  known = minute
  count = 0
end
local limit = tonumber(ARGV[1])
local cost = tonumber(ARGV[2])
local accepted = 0
if cost == 0 then
  if count < limit then accepted = 1 end
elseif count + cost <= limit then
  accepted = 1
  count = count + cost
  local text = string.format('%d:%d', known, count)
  redis.call('SET', KEYS[1], text, 'PX', (known + 2) * minute_ms - now)
end
return { accepted, math.max(0, limit - count), known + 1, (known + 1) * minute_ms - now }
`

const giveBackScript = `
local known, count = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+)$')
if known ~= ARGV[2] then return 0 end
local left = math.max(0, tonumber(count) - tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%d:%d', known, left), 'KEEPTTL')
return 1
`

const takeSha = sha1Hex(takeScript)

/** The greeting of a connection: proves that budgets can be written, and loads the script. */
export const redisGreeting = ['EVAL', takeScript, '1', 'nas:greeting', '1000000', '1', '']

type Options = {
  /** Only tests use the caller's clock. */
  clock?: 'redis' | 'caller'
}

/**
 * Budgets that all nodes share, exact under concurrency: Redis runs one script at a time. Each
 * decision is one command on one key, so that a cluster could keep them anywhere.
 *
 * @param secret hides names, such as addresses, from readers of Redis
 */
export function redisRateLimiter(
  { send }: Pick<RedisConnection, 'send'>,
  secret: Buffer,
  { clock = 'redis' }: Options = {},
): RateLimiter {
  // Deployments that share a Redis do not share budgets: their secrets differ.
  const tag = hmac(secret, 'deployment').toString('base64url').slice(0, TAG_LENGTH)

  function keyOf(name: BudgetName): string {
    return typeof name === 'number'
      ? `nas:${tag}:key:${name}`
      : `nas:${tag}:name:${hmac(secret, name).toString('base64url')}`
  }

  async function run(args: string[]): Promise<unknown> {
    try {
      return await send(['EVALSHA', takeSha, ...args])
    } catch (error) {
      // Redis has lost its scripts, such as by a restart; it has not run this one.
      if (!asError(error).message.startsWith('NOSCRIPT')) throw error
      return send(['EVAL', takeScript, ...args])
    }
  }

  return {
    async take(name, limit, cost, nowMs) {
      const time = clock === 'caller' ? `${nowMs}` : ''
      const answer = await run(['1', keyOf(name), `${limit}`, `${cost}`, time])
      const [accepted, remaining, endMinute, endsInMs] = fourNumbers(answer)
      const resetAtMs = endMinute * MINUTE_MS
      return { accepted: accepted === 1, limit, remaining, resetAtMs, endsInMs }
    },
    async giveBack(name, cost, { resetAtMs }) {
      const minute = resetAtMs / MINUTE_MS - 1
      await send(['EVAL', giveBackScript, '1', keyOf(name), `${cost}`, `${minute}`])
    },
  }
}

function fourNumbers(answer: unknown): [number, number, number, number] {
  const [a, b, c, d]: unknown[] = Array.isArray(answer) ? answer : []
  const isNumber = (it: unknown) => typeof it === 'number'
  if (isNumber(a) && isNumber(b) && isNumber(c) && isNumber(d)) return [a, b, c, d]
  throw new Error('Redis gave a malformed answer')
}
