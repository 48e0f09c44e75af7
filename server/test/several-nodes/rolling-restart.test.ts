import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { inject, onTestFinished, expect, test } from 'vitest'
import { SERVICE_TOKEN, startDeployment } from '../../../scripts/testkit/load/deployment.ts'
import { createDatabase, dropDatabase } from '../../../scripts/testkit/processes/postgres.ts'
import { isRedisMissing, startRedis } from '../../../scripts/testkit/processes/redis.ts'
import { refusedStart } from '../story/ends.ts'

const CLIENTS = 2
const TIMEOUT_MS = 180_000
const ORGANIZATION = 'org_rolling'
// The failures after which a load balancer tries the next node.
const UNANSWERED = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE']

type Answer = { status: number; body: Record<string, unknown> }

function call(port: number, method: string, path: string, content: object): Promise<Answer> {
  const headers = {
    Authorization: `Bearer ${SERVICE_TOKEN}`,
    'Content-Type': 'application/json',
    'X-Organization-Id': ORGANIZATION,
  }
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: false })
      .on('response', (response) => {
        json(response).then(
          (body) => resolve({ status: response.statusCode!, body: body as Answer['body'] }),
          reject,
        )
      })
      .on('error', reject)
      .end(JSON.stringify(content))
  })
}

test.skipIf(isRedisMissing())(
  'nodes are restarted one after another, and no request goes without its answer',
  async () => {
    const name = 'rolling_restart'
    const databaseUrl = await createDatabase(inject('postgresUrl'), name, 'template0')
    onTestFinished(() => dropDatabase(inject('postgresUrl'), name))
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const deployment = await startDeployment({
      nodes: 2,
      workers: 1,
      databaseUrl,
      redisUrl: redis.url,
    })
    onTestFinished(() => deployment.stop())
    const { ports, restart } = deployment
    const organization = { name: 'Rolling', subscription: 'active' }
    await call(ports[0]!, 'PUT', `/api/internal/organizations/${ORGANIZATION}`, organization)
    const issued = await call(ports[1]!, 'POST', '/api/keys', { label: 'Rolling' })
    const { key } = issued.body

    const over = new AbortController()
    let nextNode = 0
    let answered = 0
    const others: unknown[] = []
    async function ask(): Promise<void> {
      for (;;) {
        try {
          const port = ports[nextNode++ % ports.length]!
          const { status, body } = await call(port, 'POST', '/api/auth/verify', { key })
          answered++
          if (status !== 200 || body['code'] !== 'VALID') others.push({ status, body })
          return
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException
          if (UNANSWERED.includes(code ?? '')) continue
          others.push(error)
          return
        }
      }
    }
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (!over.signal.aborted) await ask()
    })
    for (const at of ports.keys()) await restart(at, 'SIGTERM') // which has to exit with 0
    over.abort()
    await Promise.all(clients)
    expect(others).toEqual([])
    expect(answered).toBeGreaterThan(50)
    // All of it was counted in one place, whichever node was asked.
    const keys = redis.cli('keys', 'nas:*:key:*').split('\n')
    const counts = keys.map((name_) => Number(redis.cli('get', name_).split(':')[1]))
    expect(keys).toHaveLength(1)
    expect(counts[0]).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)

test.skipIf(isRedisMissing())('a Redis that refuses the password ends the start', async () => {
  const redis = await startRedis('--requirepass', 'the right one')
  onTestFinished(() => redis.stop())
  const line = await refusedStart({ REDIS_URL: redis.url.replace('//', '//:hush-hush@') })
  expect(line).toContain('REDIS_URL')
  expect(line).toContain('WRONGPASS')
  expect(line).not.toContain('hush')
})
