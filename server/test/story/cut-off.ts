import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomFrom } from '../../../scripts/revocation/random.ts'
import type { Service } from '../../../web/e2e/service.ts'
import type { KeptKey, KeptKeys } from './kept-keys.ts'
import { connectTo, openCaller, readVerdict, verifyText } from './load.ts'

const VERIFIERS = 6
const KEYS_ALWAYS_ASKED = 4
const MOST_RECENT = 12
const NANOSECONDS_PER_MS = 1e6

export type Load = {
  /** Connections that change keys. Answering with a key has its uses written before their time. */
  managers: number
  killAfterMs: number
}

/** On the clock of the answers. */
export type Kill = {
  killedMs: number
  /** How late a busy machine has let this process run at worst; the service surely no less. */
  latestMs: number
}

/** Manages and verifies keys on several connections at once, and kills the service after a while. */
export async function killInMidLoad(service: Service, keys: KeptKeys, load: Load): Promise<Kill> {
  const life = { isOver: false }
  const untilCutOff = async (work: () => Promise<unknown>) => {
    try {
      while (!life.isOver) await work()
    } catch (error) {
      if (!life.isOver) throw error
    }
  }
  const managers = Array.from({ length: load.managers }, async () => {
    const caller = await openCaller(service)
    let count = 0
    await untilCutOff(async () => {
      const key = await keys.issue(caller, `Kept ${count++}`)
      await keys.rename(caller, key, `Renamed ${count}`)
      await keys.setEnabled(caller, key, false)
      await keys.setEnabled(caller, key, true)
      if (count % 2 === 0) await keys.rotate(caller, key)
      else await keys.revoke(caller, key)
    })
  })
  const verifiers = Array.from({ length: VERIFIERS }, async (_, at) => {
    const ask = await openAsker(service)
    const random = randomFrom(at)
    await untilCutOff(() => {
      // Some all the time, and those that are just being changed.
      const candidates = [...keys.all.slice(0, KEYS_ALWAYS_ASKED), ...keys.all.slice(-MOST_RECENT)]
      return ask(Array.from({ length: random.between(1, 4) }, () => random.pick(candidates)))
    })
  })
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const clients = Promise.all([...managers, ...verifiers])
  await Promise.race([clients, sleep(load.killAfterMs)])
  life.isOver = true
  const killedMs = performance.now()
  await service.kill()
  await clients
  return { killedMs, latestMs: delay.max / NANOSECONDS_PER_MS }
}

/** Asks about several keys in one write, notes their uses, and gives the codes. */
export async function openAsker(service: Service) {
  const connection = await connectTo(service)
  return (asked: KeptKey[]): Promise<string[]> => {
    for (const key of asked) key.asked++
    const answers = connection.send(asked.map(({ secret }) => verifyText(secret)))
    return Promise.all(
      asked.map(async (key, at) => {
        const answer = await answers[at]!
        const { code } = readVerdict(answer)
        if (code === 'VALID') key.accepted.push({ startMs: answer.startMs, endMs: answer.endMs })
        return code
      }),
    )
  }
}
