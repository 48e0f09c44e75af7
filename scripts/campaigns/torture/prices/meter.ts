import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Reading } from './hook.ts'

// The cost of the fixed work on the machine that the bounds were chosen on, when it is quiet.
const FIXED_WORK_MS = 10
const CALIBRATIONS = 9
const IDLE_MS = 500

export type Meter = {
  /** Measures what the serving thread does while `work` goes on. */
  during(work: () => Promise<unknown>): Promise<Reading>
  /** How much slower the machine is just now than the one that the bounds were chosen on; at least 1. */
  slowness(): Promise<number>
  close(): void
}

export async function openMeter(port: number): Promise<Meter> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('utf8')
  await once(socket, 'connect')

  async function ask(question: string): Promise<Reading> {
    socket.write(question)
    const [answer] = (await once(socket, 'data')) as [string]
    return JSON.parse(answer) as Reading
  }

  // Asking is measured before each work, because it costs less as the service warms up.
  const askings: number[] = []
  async function priceAsking(): Promise<number> {
    askings.push((await ask('read\n')).cpuMs)
    if (askings.length > CALIBRATIONS) askings.shift()
    return median(askings)
  }

  await ask('read\n')
  await sleep(IDLE_MS)
  // The cost of an idle service, most of which is our own measuring.
  const idleRate = (await ask('read\n')).cpuMs / IDLE_MS

  return {
    async during(work) {
      await ask('read\n')
      const askingMs = await priceAsking()
      const beganMs = performance.now()
      await work()
      const idleMs = (performance.now() - beganMs) * idleRate
      const { cpuMs, longestMs } = await ask('read\n')
      return { cpuMs: Math.max(0, cpuMs - askingMs - idleMs), longestMs }
    },
    async slowness() {
      const works: number[] = []
      for (let at = 0; at < CALIBRATIONS; at++) works.push((await ask('work\n')).cpuMs)
      return Math.max(1, median(works) / FIXED_WORK_MS)
    },
    close: () => void socket.destroy(),
  }
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
