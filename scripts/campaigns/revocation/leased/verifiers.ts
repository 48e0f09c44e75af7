import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProxy, type Proxy } from '../../../testkit/processes/proxy.ts'
import { randomFrom, type Random } from '../../../testkit/load/random.ts'
import type { FromVerifier, Seen, ToVerifier, WatchedKey } from './messages.ts'

/** Verifiers in processes of their own, each behind a wire of its own. */
export type Verifiers = {
  watch(key: WatchedKey): void
  /** Asks each verifier what it saw of the key; a stopped one answers when it goes on. */
  forget(id: string): void
  /** Stops, kills, delays or cuts one after another, until `isOver`. */
  trouble(random: Random, longestStopMs: number, isOver: () => boolean): Promise<void>
  counts: { stops: number; kills: number; cuts: number }
  /** Ends them, when each has said what it saw. */
  close(): Promise<void>
}

type Running = { process: ChildProcess; proxy: Proxy }

/** @param script the process of a verifier */
export async function startVerifiers(
  count: number,
  /** Of the nodes, which the verifiers share. */
  servicePorts: readonly number[],
  serviceToken: string,
  onSeen: (seen: Seen) => void,
  script: string,
): Promise<Verifiers> {
  const watched = new Map<string, WatchedKey>()
  const counts = { stops: 0, kills: 0, cuts: 0 }
  const running: Running[] = []

  async function start(proxy: Proxy): Promise<Running> {
    const child = fork(script, [`http://127.0.0.1:${proxy.port}`, serviceToken])
    child.on('message', (message: FromVerifier) => {
      if (message.type === 'seen') onSeen(message)
    })
    child.on('error', () => undefined) // a message to one that has just ended
    await Promise.race([once(child, 'message'), once(child, 'exit')])
    for (const key of watched.values()) say(child, { type: 'watch', key })
    return { process: child, proxy }
  }

  for (let n = 0; n < count; n++)
    running.push(await start(await startProxy(servicePorts[n % servicePorts.length] ?? 0)))

  const sayToAll = (message: ToVerifier) => {
    for (const { process: child } of running) say(child, message)
  }

  async function troubleOne(random: Random, longestStopMs: number): Promise<void> {
    const at = random.between(0, running.length - 1)
    const { process: child, proxy } = running[at]!
    const kind = random.between(0, 9)
    if (kind < 5) {
      counts.stops++
      child.kill('SIGSTOP')
      await sleep(random.between(0, random.chance(0.7) ? 2600 : longestStopMs))
      child.kill('SIGCONT')
    } else if (kind < 6) {
      counts.kills++
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      running[at] = await start(proxy)
    } else {
      counts.cuts++
      const longestMs = random.between(1, 1500)
      const delays = randomFrom(random.between(0, 1e9))
      const delayMs = () => delays.between(1, longestMs)
      proxy.set(random.pick([{ delayMs }, { delayMs: longestMs }, 'frozen', 'closed'] as const))
      await sleep(random.between(50, 3000))
      // Bytes that a frozen connection swallowed are lost: it must end.
      proxy.set('closed')
      proxy.set('open')
    }
  }

  return {
    counts,
    watch(key) {
      watched.set(key.id, key)
      sayToAll({ type: 'watch', key })
    },
    forget(id) {
      watched.delete(id)
      sayToAll({ type: 'forget', id })
    },
    async trouble(random, longestStopMs, isOver) {
      while (!isOver()) {
        await troubleOne(random, longestStopMs)
        await sleep(random.between(100, 1000))
      }
    },
    async close() {
      await Promise.all(
        running.map(async ({ process: child, proxy }) => {
          const gone = child.connected && once(child, 'disconnect')
          child.kill('SIGCONT')
          say(child, { type: 'close' })
          const kill = setTimeout(() => child.kill('SIGKILL'), 10_000)
          await gone
          clearTimeout(kill)
          await proxy.stop()
        }),
      )
    },
  }
}

function say(child: ChildProcess, message: ToVerifier): void {
  if (child.connected) child.send(message, () => undefined)
}
