// The faults of a run: nodes of a deployment, and their connection to the database.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Deployment } from '../../../testkit/load/deployment.ts'
import type { Random } from '../../../testkit/load/random.ts'
import { startProxy } from '../../../testkit/processes/proxy.ts'

/** Longer than a lease may run. */
const LONGEST_FREEZE_MS = 4000

/** A database that can be made slow, and cut off; a SQLite file is left alone. */
export type WiredDatabase = {
  databaseUrl: string | undefined
  /** Has what is sent and answered arrive so much later. */
  delay(delayMs: number): void
  cut(): void
  stop(): Promise<void>
}

export async function databaseBehindWire(databaseUrl: string | undefined): Promise<WiredDatabase> {
  if (databaseUrl === undefined) {
    const nothing = () => undefined
    return { databaseUrl, delay: nothing, cut: nothing, stop: async () => undefined }
  }
  const url = new URL(databaseUrl)
  const proxy = await startProxy(Number(url.port))
  url.port = `${proxy.port}`
  return {
    databaseUrl: url.href,
    delay: (delayMs) => proxy.set(delayMs > 0 ? { delayMs } : 'open'),
    cut() {
      proxy.set('closed')
      proxy.set('open')
    },
    stop: () => proxy.stop(),
  }
}

/** Lets one thing be done to the nodes at a time: a node that is frozen cannot be ended. */
export function oneAtATime() {
  let last: Promise<unknown> = Promise.resolve()
  let underWay: string | undefined
  return {
    alone<T>(name: string, work: () => Promise<T>): Promise<T> {
      const done = last.then(() => {
        underWay = name
        return work()
      })
      const forget = () => (underWay = undefined)
      last = done.then(forget, forget)
      return done
    },
    underWay: () => underWay,
  }
}

type Surroundings = {
  deployment: Deployment
  database: WiredDatabase
  random: Random
  isDone: () => boolean
  restarting: ReturnType<typeof oneAtATime>
}

/** Freezes nodes and slows their database down, one after another, until the run is done. */
export async function troubleNodes(
  around: Surroundings,
): Promise<{ freezes: number; stalls: number }> {
  const { deployment, database, random, isDone, restarting } = around
  const counts = { freezes: 0, stalls: 0 }

  async function freezeOne(): Promise<void> {
    counts.freezes++
    const at = random.between(0, deployment.ports.length - 1)
    deployment.freeze(at, true)
    await sleep(random.between(50, LONGEST_FREEZE_MS))
    deployment.freeze(at, false)
  }

  async function slowDown(): Promise<void> {
    counts.stalls++
    if (random.chance(0.3)) return database.cut()
    database.delay(random.between(100, 1500))
    await sleep(random.between(100, 1500))
    database.delay(0)
  }

  while (!isDone()) {
    await sleep(random.between(500, 4000))
    // A node that starts while its database does not answer ends with a line, as it should.
    if (random.chance(0.5)) await restarting.alone('a node is frozen', freezeOne)
    else await restarting.alone('the database is slow or cut off', slowDown)
  }
  return counts
}
