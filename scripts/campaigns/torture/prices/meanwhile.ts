import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Tally } from '../campaign.ts'
import type { Attack } from './attackers.ts'
import { attacksOn } from './attacks.ts'
import type { Place } from './place.ts'
import { openConnection, type Asked } from './send.ts'

const CONNECTIONS = 8
const ASK_MS = 700
const TRIES = 3
const LEAST_ASKED = 20
/** With an attack, 99 of 100 verifications take at most so many times what they take without. */
const MAX_TIMES = 5
// Without an attack everything is in the caches and nobody waits. A promise in multiples of less
// than this would be one about the machine.
const LEAST_MS = 4

/** Attacks the service in each way we know, and asks meanwhile what verification takes. */
export async function verifyMeanwhile(
  place: Place,
  where: string,
  { tally, signal }: { tally: Tally; signal: AbortSignal },
): Promise<void> {
  const found: string[] = []
  for (const [name, request] of Object.entries(attacksOn(place))) {
    if (signal.aborted) break
    const { quietMs, busyMs, mostMs, attacks } = await attackUntilGood(place, request, tally)
    const shown = `${quietMs.toFixed(1)} → ${busyMs.toFixed(1)}`
    found.push(`${name} ${shown} (${attacks})`)
    if (busyMs > mostMs)
      tally.violations.push(
        `${where}: ${name}: a verification takes ${shown} ms (p99), not ${mostMs.toFixed(1)}`,
      )
  }
  tally.notes.push(`${where}, p99 of a verification in ms (and attacks sent): ${found.join('; ')}`)
}

type Outcome = { quietMs: number; busyMs: number; mostMs: number; attacks: number }

// On a machine that is busy with other things, requests that cost nothing delay others as well.
const harmless: Asked = { method: 'GET', target: '/api/nothing', headers: {} }
const MAX_TIMES_A_HARMLESS_ONE = 2

/** Whatever else the machine does makes one attempt slow, not all of them. */
async function attackUntilGood(place: Place, request: Asked, tally: Tally): Promise<Outcome> {
  const outcomes: Outcome[] = []
  for (let at = 0; at < TRIES; at++) {
    await askFor(0, place) // waits for what is left of the attack before
    const quietMs = await askFor(ASK_MS, place)
    const { busyMs, attacks } = await attack(place, request)
    tally.requests += attacks
    const outcome = { quietMs, busyMs, mostMs: MAX_TIMES * Math.max(LEAST_MS, quietMs), attacks }
    outcomes.push(outcome)
    if (busyMs <= outcome.mostMs) return outcome
    await askFor(0, place)
    const control = await attack(place, harmless)
    outcome.mostMs = Math.max(outcome.mostMs, MAX_TIMES_A_HARMLESS_ONE * control.busyMs)
    if (busyMs <= outcome.mostMs) return outcome
  }
  return outcomes[0]!
}

async function attack(place: Place, request: Asked): Promise<{ busyMs: number; attacks: number }> {
  const attackers: Attack = { port: place.port, connections: CONNECTIONS, request }
  const worker = new Worker(new URL('attackers.ts', import.meta.url), { workerData: attackers })
  let attacks = 0
  worker.on('message', () => attacks++)
  try {
    await once(worker, 'message')
    return { busyMs: await askFor(ASK_MS, place), attacks }
  } finally {
    await worker.terminate()
  }
}

/**
 * Verifies a good key without a pause, which has to succeed each time.
 *
 * @returns how many milliseconds 99 of 100 verifications took at most
 */
async function askFor(forMs: number, { port, serviceToken, key }: Place): Promise<number> {
  const connection = openConnection(port)
  const verify: Asked = {
    method: 'POST',
    target: '/api/auth/verify',
    headers: { Authorization: `Bearer ${serviceToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ key }),
  }
  const times: number[] = []
  const untilMs = performance.now() + forMs
  while (performance.now() < untilMs || times.length < LEAST_ASKED) {
    const startedMs = performance.now()
    const status = await connection.send(verify)
    if (status !== 200) throw new Error(`a good verification was answered ${status}`)
    times.push(performance.now() - startedMs)
  }
  connection.close()
  return p99(times)
}

function p99(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!
}
