import { onTestFinished } from 'vitest'
import { connectToRedis } from '../../src/features/rate-limits/redis-connection.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'
import { redisGreeting } from '../../src/features/rate-limits/redis-rate-limiter.ts'
import { testApi, type Settings } from '../../../scripts/testkit/api/kit.ts'
import { startRedis } from '../../../scripts/testkit/processes/redis.ts'
import { nodeBeside } from '../second-node.ts'

const NODES = 3

const PATIENCE_MS = 60_000

/** A service as three nodes on one PostgreSQL; the first of them is the `api` of the kit. */
export async function threeNodes(settings: Settings = {}) {
  const redisUrl = settings.env?.['REDIS_URL']
  const redis = () => (redisUrl === undefined ? undefined : connectedTo(redisUrl))
  const api = await testApi({ ...settings, dialect: 'postgres', redis: redis() })
  const others = await Promise.all([nodeBeside(api, redis()), nodeBeside(api, redis())])
  const nodes = [{ ctx: api.ctx, request: api.request }, ...others]
  return { api, nodes, requestOf: (at: number) => nodes[at % NODES]!.request }
}

/** Settings of nodes that count their budgets together, in a Redis that is gone after the test. */
export async function sharedBudgets(): Promise<Record<string, string>> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  return { REDIS_URL: redis.url }
}

function connectedTo(url: string) {
  const connection = connectToRedis(url, redisGreeting, PATIENCE_MS)
  onTestFinished(() => connection.close())
  return connection
}

/** Runs `work` that many times at once, each time at the next node. */
export function atOnce<T>(times: number, ask: (at: number) => PromiseLike<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, at) => ask(at)))
}

export function statusesOf(answers: { status: number }[]): number[] {
  return answers.map(({ status }) => status).toSorted((a, b) => a - b)
}

/** Runs `work` again if a minute ended meanwhile, because budgets then began again half-way. */
export async function inOneMinute<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    const startedIn = minuteOf(Date.now())
    const result = await attempt()
    if (minuteOf(Date.now()) === startedIn) return result
  }
}

function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS)
}
