import { expect, test, vi } from 'vitest'
import { slowness } from '../../../../scripts/testkit/api/slowness.ts'
import { randomFrom } from '../../../../scripts/testkit/load/random.ts'
import type { Settings } from '../../../../scripts/testkit/processes/child.ts'
import type { Service } from '../../../../scripts/testkit/processes/service.ts'
import { doomedKey, endedKey, liveKey, meteredKey, unknownKey, type Judged } from './judged-keys.ts'
import { connectTo, openCaller, readVerdict, runLoaded, verifyText, type Caller } from './load.ts'
import { sendWithoutReading } from './slow-reader.ts'
import { memoryOf, peakDuring } from './memory.ts'

// V8 takes some waves to have as much memory as it likes to work with.
const WARM_UP_WAVES = 4
const WAVES = 8
// A service that kept every question would grow by 100 MB with each wave.
const MAX_GROWTH_WHEN_WARM_MB = 200
const SLOW_READERS = 3
const MAX_UNREAD_MB = 250
// More than all buffers between two processes hold.
const MAX_TAKEN = 60_000
const TIMEOUT_MS = 180_000

type Load = { connections: number; atOnce: number; rounds: number }
type Deployment = {
  name: string
  env?: Settings
  isPostgres?: boolean
  load: Load
  /** On a quiet machine it is less than half; a busy one collects garbage late. */
  maxGrowthMb: number
}

const load = { connections: 200, atOnce: 60, rounds: 2 }
const deployments: Deployment[] = [
  { name: 'SQLite', load, maxGrowthMb: 350 },
  {
    name: 'SQLite and two workers',
    env: { WORKERS: '2' },
    load,
    maxGrowthMb: 700,
  },
  {
    name: 'PostgreSQL',
    isPostgres: true,
    // Each question goes to another process there, so that fewer are too many.
    load: { connections: 200, atOnce: 4, rounds: 5 },
    maxGrowthMb: 350,
  },
]

test.each(deployments)(
  'more than can be served, on $name: answers are right, memory is bounded, latency returns',
  { timeout: TIMEOUT_MS },
  async (deployment) => {
    const service = await runLoaded(deployment.env, deployment.isPostgres && 'overload')
    const pid = service.child().process.pid!
    const caller = await openCaller(service)
    const keys = await makeKeys(caller)
    const usualMs = await medianLatencyMs(service, keys[0]!)
    const before = memoryOf(pid)

    const peaks: (number | undefined)[] = []
    for (let wave = 1; wave <= WAVES; wave++) {
      const doomed = await Promise.all(many(10, async () => doomedKey(await caller.issue(label))))
      const revoke = () => Promise.all(doomed.map((key) => key.revoke(caller)))
      let wrong: string[] = []
      const askAll = async () => {
        wrong = await ask(service, [...keys, ...doomed], deployment.load, revoke)
      }
      peaks.push(await peakDuring(pid, askAll))
      expect(wrong.slice(0, 5)).toEqual([])
      // By now each of them has ended.
      const rest = await ask(service, doomed, { connections: 1, atOnce: 20, rounds: 1 })
      expect(rest).toEqual([])
    }
    await vi.waitFor(
      async () => {
        const latencyMs = await medianLatencyMs(service, keys[0]!)
        expect(latencyMs).toBeLessThan((2 * usualMs + 1) * slowness())
      },
      { timeout: 60_000, interval: 100 },
    )
    if (before === undefined) return
    const warm = Math.max(...(peaks.slice(0, WARM_UP_WAVES) as number[]))
    const highest = Math.max(...(peaks as number[]))
    expect(highest - before).toBeLessThan(deployment.maxGrowthMb)
    expect(highest - warm).toBeLessThan(MAX_GROWTH_WHEN_WARM_MB)
  },
)

test.each(deployments)(
  'clients that never read their answers, on $name: memory is bounded, and others are served',
  { timeout: TIMEOUT_MS },
  async (deployment) => {
    const service = await runLoaded(deployment.env, deployment.isPostgres && 'slow_readers')
    const pid = service.child().process.pid!
    const caller = await openCaller(service)
    const key = liveKey(await caller.issue(label))
    await ask(service, [key], { connections: 10, atOnce: 100, rounds: 2 })
    const before = memoryOf(pid)
    let taken: number[] = []
    const peak = await peakDuring(pid, async () => {
      const send = () => sendWithoutReading(service, key, MAX_TAKEN)
      taken = await Promise.all(many(SLOW_READERS, send))
    })
    expect(Math.max(...taken)).toBeLessThan(MAX_TAKEN)
    expect(await ask(service, [key], { connections: 2, atOnce: 10, rounds: 5 })).toEqual([])
    if (before === undefined) return
    expect(peak! - before).toBeLessThan(MAX_UNREAD_MB)
  },
)

const label = { label: 'Load' }

async function makeKeys(caller: Caller): Promise<Judged[]> {
  const ended = await Promise.all(many(5, () => caller.issue(label)))
  for (const { id } of ended)
    expect((await caller.call('DELETE', `/api/keys/${id}`)).status).toBe(204)
  const limit = 50
  return [
    ...(await Promise.all(many(10, async () => liveKey(await caller.issue(label))))),
    ...ended.map(endedKey),
    ...many(5, (at) => unknownKey(`nas_unknown_${at}`)),
    meteredKey(await caller.issue({ ...label, rateLimitPerMinute: limit }), limit),
  ]
}

/**
 * Asks on all connections at once.
 *
 * @param inTheMiddle is done when half of the answers are there
 * @returns the wrong answers
 */
async function ask(
  service: Service,
  keys: Judged[],
  { connections, atOnce, rounds }: Load,
  inTheMiddle: () => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const wrong: string[] = []
  const middle = Promise.withResolvers<void>()
  let count = 0
  const done = middle.promise.then(inTheMiddle)

  async function askOn(at: number): Promise<void> {
    const random = randomFrom(at)
    const connection = await connectTo(service)
    for (let round = 0; round < rounds; round++) {
      const asked = many(atOnce, () => random.pick(keys))
      const answers = connection.send(asked.map(({ secret }) => verifyText(secret)))
      for (const [index, key] of asked.entries()) {
        const answer = await answers[index]!
        const verdict = readVerdict(answer)
        if (!key.isRight(verdict, answer)) wrong.push(`${JSON.stringify(verdict)}`)
        if (++count === (connections * atOnce * rounds) / 2) middle.resolve()
      }
    }
    connection.close()
  }
  await Promise.all([...many(connections, askOn), done])
  return wrong
}

async function medianLatencyMs(service: Service, { secret }: Judged): Promise<number> {
  const connection = await connectTo(service)
  const spans: number[] = []
  for (let count = 0; count < 100; count++) {
    const { startMs, endMs } = await connection.send([verifyText(secret)])[0]!
    spans.push(endMs - startMs)
  }
  connection.close()
  return spans.sort((a, b) => a - b)[50]!
}

function many<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at))
}
