import { setTimeout as sleep } from 'node:timers/promises'
import type { Key, Subject } from './subject.ts'
import { openLine, type Answer } from './raw/wire.ts'

const PAUSE_MS = 20
const MAX_OVERLOADED = 0.25

export type Probe = {
  asked(): number
  /** How many were answered 503: too busy, which is an answer. */
  overloaded(): number
  slowestMs(): number
  /** Ends it, and gives what was wrong with its answers. */
  end(): Promise<string[]>
}

/**
 * A well-behaved client: asks without end, on a connection of its own and on fresh ones. It must get
 * an answer each time, soon, and about its own key.
 */
export function startProbe(
  { port, serviceToken }: Subject,
  { id, key }: Key,
  boundMs: number,
): Probe {
  const faults: string[] = []
  const line = openLine(port)
  const over = new AbortController()
  let asked = 0
  let overloaded = 0
  let slowestMs = 0
  const body = JSON.stringify({ key, cost: 0 })
  const verify = Buffer.from(
    `POST /api/auth/verify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${serviceToken}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  const whoami = Buffer.from(
    `GET /api/whoami HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`,
  )

  async function judge(what: string, ask: () => Promise<Answer | undefined>): Promise<void> {
    const startMs = performance.now()
    const answer = await ask()
    const ms = performance.now() - startMs
    asked++
    slowestMs = Math.max(slowestMs, ms)
    if (ms > boundMs) faults.push(`a good ${what} took ${Math.round(ms)} ms`)
    if (answer?.status === 503) overloaded++
    else if (answer?.status !== 200 || !answer.body.includes(`"${id}"`))
      faults.push(`a good ${what} was answered ${answer?.status} ${answer?.body.slice(0, 200)}`)
  }

  async function askWithoutEnd(): Promise<void> {
    while (!over.signal.aborted) {
      await judge('verify', () => line.ask(verify, 'POST'))
      const fresh = openLine(port)
      await judge('whoami', () => fresh.ask(whoami, 'GET'))
      fresh.close()
      await sleep(PAUSE_MS)
    }
    line.close()
  }
  const asking = askWithoutEnd()
  return {
    asked: () => asked,
    overloaded: () => overloaded,
    slowestMs: () => slowestMs,
    async end() {
      over.abort()
      await asking
      if (overloaded > asked * MAX_OVERLOADED)
        faults.push(`${overloaded} of ${asked} good requests were answered 503`)
      return faults
    },
  }
}
