import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'
import {
  isRedisMissing,
  startRedis,
  type Redis,
} from '../../../../scripts/testkit/processes/redis.ts'
import { ConfigError, readConfig } from '../../config/config.ts'
import { makeRandomId } from '../../crypto/ids.ts'
import { makeLogger } from '../../lib/log/log.ts'
import { openRedis } from './open-redis.ts'
import { connectToRedis } from './redis-connection.ts'
import { redisGreeting, redisRateLimiter } from './redis-rate-limiter.ts'

const PATIENCE = { timeout: 60_000, interval: 20 }

async function throwawayRedis(...settings: string[]): Promise<Redis> {
  const redis = await startRedis(...settings)
  onTestFinished(() => redis.stop())
  return redis
}

function connected(url: string) {
  const connection = connectToRedis(url, redisGreeting)
  onTestFinished(() => connection.close())
  const limiter = redisRateLimiter(connection, Buffer.from(makeRandomId()))
  return { connection, take: async () => limiter.take(1, 1_000_000, 1, 0) }
}

function opening(url: string) {
  const lines: string[] = []
  const log = makeLogger('info', { write: (line) => void lines.push(line) })
  const config = readConfig({ REDIS_URL: url, LOG_LEVEL: 'info' })
  return { opened: openRedis(config, log), lines }
}

type Outage = [name: string, begin: (redis: Redis) => unknown, end: (redis: Redis) => unknown]

const outages: Outage[] = [
  ['was ended', (redis) => redis.crash(), (redis) => redis.resume()],
  ['is frozen', (redis) => redis.freeze(), (redis) => redis.thaw()],
  [
    'has no memory left',
    (redis) => redis.cli('config', 'set', 'maxmemory', '1'),
    (redis) => redis.cli('config', 'set', 'maxmemory', '0'),
  ],
  [
    'only reads, as a replica',
    (redis) => redis.cli('replicaof', '127.0.0.1', '1'),
    (redis) => redis.cli('replicaof', 'no', 'one'),
  ],
  [
    'has too few replicas',
    (redis) => {
      redis.cli('config', 'set', 'min-replicas-to-write', '1')
    },
    (redis) => redis.cli('config', 'set', 'min-replicas-to-write', '0'),
  ],
  [
    'asks for another password',
    (redis) => {
      redis.cli('acl', 'setuser', 'default', 'resetpass', '>another')
      redis.cli('--pass', 'another', 'client', 'kill', 'type', 'normal')
    },
    (redis) => redis.cli('--pass', 'another', 'acl', 'setuser', 'default', 'nopass'),
  ],
]

describe.skipIf(isRedisMissing())('while Redis', () => {
  test.each(outages)('%s, nothing is counted until it recovers', async (_, begin, end) => {
    const redis = await throwawayRedis()
    const { take } = connected(redis.url)
    await vi.waitFor(take, PATIENCE)
    await begin(redis)
    await expect(take()).rejects.toThrow()
    await expect(take()).rejects.toThrow()
    await end(redis)
    const { accepted } = await vi.waitFor(take, PATIENCE)
    expect(accepted).toBe(true)
  })

  test('is frozen, the first question waits, and the next one fails at once', async () => {
    const redis = await throwawayRedis()
    const { take } = connected(redis.url)
    await vi.waitFor(take, PATIENCE)
    redis.freeze()
    const startedMs = performance.now()
    await expect(take()).rejects.toThrow('no answer within 250 ms')
    expect(performance.now() - startedMs).toBeGreaterThan(200)
    const asked = Promise.allSettled(Array.from({ length: 1000 }, take))
    const isOver = await Promise.race([asked, new Promise(setImmediate)])
    expect(isOver).toBeDefined()
    redis.thaw()
    await vi.waitFor(take, PATIENCE)
  })

  test('is silent for long, a new connection is opened', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
    await new Promise((done) => silent.once('listening', done))
    onTestFinished(() => {
      silent.close()
      for (const socket of sockets) socket.destroy()
    })
    const { connection, take } = connected(
      `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    )
    expect(await connection.firstFailure).toMatchObject({ message: /no answer/ })
    await expect(take()).rejects.toThrow('no answer')
    await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(1), PATIENCE)
  })
})

describe.skipIf(isRedisMissing())('at the start', () => {
  test('a wrong password ends it with one line, which does not contain the password', async () => {
    const redis = await throwawayRedis('--requirepass', 'the right one')
    const { host } = new URL(redis.url)
    for (const [url, reason] of [
      [`redis://:wrong-secret@${host}`, 'WRONGPASS'],
      [`redis://${host}`, 'NOAUTH'],
    ] as const) {
      const { opened, lines } = opening(url)
      const error = await opened.catch((failure: unknown) => failure)
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as Error).message).toMatch(new RegExp(`^REDIS_URL [^\n]*${reason}[^\n]*$`))
      expect(`${(error as Error).message}${lines.join('')}`).not.toContain('wrong-secret')
    }
    const { opened, lines } = opening(`redis://:the%20right%20one@${host}/3`)
    const connection = await opened
    onTestFinished(() => connection?.close())
    expect(await connection?.send(['PING'])).toBe('PONG')
    expect(lines).toEqual([])
  })

  test('an unreachable Redis does not end it, and is used once it is there', async () => {
    const redis = await throwawayRedis('--requirepass', 'a-secret')
    await redis.crash()
    const { opened, lines } = opening(redis.url.replace('//', '//:a-secret@'))
    const connection = await opened
    onTestFinished(() => connection?.close())
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('Redis cannot be reached yet')
    expect(lines[0]).not.toContain('a-secret')
    await redis.resume()
    expect(await vi.waitFor(() => connection!.send(['PING']), PATIENCE)).toBe('PONG')
  })
})

describe.skipIf(isRedisMissing())('the service', () => {
  test.each([
    ['deny', { valid: false, code: 'RATE_LIMITED' }],
    ['allow', { valid: true, code: 'VALID' }],
  ])('answers verify as configured without Redis: %s', async (onFailure, answer) => {
    const redis = await throwawayRedis()
    const connection = connectToRedis(redis.url, redisGreeting)
    onTestFinished(() => connection.close())
    await connection.firstFailure
    const api = await testApi({
      env: { REDIS_URL: redis.url, RATE_LIMIT_ON_FAILURE: onFailure },
      redis: connection,
    })
    const { key } = await api.issueKey(await api.owner())
    await vi.waitFor(
      async () => expect(await api.verify(key)).toMatchObject({ valid: true }),
      PATIENCE,
    )
    await redis.crash()
    for (let at = 0; at < 3; at++) expect(await api.verify(key)).toMatchObject(answer)
    await api.request.get('/readyz').expect(200)
    await redis.resume()
    await vi.waitFor(async () => {
      await api.verify(key)
      expect(api.logs.join('')).toContain('the rate limiter counts again')
    }, PATIENCE)
    expect(api.logs.filter((line) => line.includes('the rate limiter failed'))).toHaveLength(1)
    const { text } = await api.request.get('/metrics').expect(200)
    expect(Number(/nas_rate_limiter_failures_total (\d+)/.exec(text)![1])).toBeGreaterThan(2)
  })
})
