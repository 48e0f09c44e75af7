import { randomUUID } from 'node:crypto'
import type { VerifyResult } from '../../../../shared/src/verification/verdict.ts'
import type { Service } from '../../../testkit/processes/service.ts'
import { isLate, openCaller, ORGANIZATION, patient, read, type Caller } from './caller.ts'
import type { Crashing } from './crashing.ts'
import type { KeptKey } from './kept-keys.ts'
import { keptMessages } from './kept-messages.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'

const VERIFIERS = 3
const KEYS_ALWAYS_USED = 4
const MOST_RECENT = 12
const MAX_OVERLAP_SECONDS = 30 * 24 * 3600

/** Makes the organization, the keys that are used all the time, and a webhook. */
export async function prepare(crashing: Crashing): Promise<void> {
  const { deployment, tally, keys, always } = crashing
  const caller = patient(await openCaller(deployment.victim, tally))
  const path = `/api/internal/organizations/${ORGANIZATION}`
  const body = { name: 'Crash', subscription: 'active' }
  await caller.call({ method: 'PUT', path, body })
  crashing.messages = await keptMessages(caller)
  for (let at = 0; at < KEYS_ALWAYS_USED; at++)
    always.push(await keys.issue(caller, `Used ${at}`, randomUUID()))
  caller.close()
}

/**
 * Changes and uses keys on many connections at once, and kills the victim when `end` is done. What
 * was under way then is left open.
 *
 * @param managers connections that change keys; an answer with a key has its uses written early
 * @param end calls its argument once the victim may refuse
 * @returns when it was killed, on the clock of the answers
 */
export async function killUnderLoad(
  crashing: Crashing,
  managers: number,
  end: (mayRefuse: () => void) => Promise<void>,
): Promise<number> {
  const { victim, others } = crashing.deployment
  const life = { mayRefuse: false, isOver: false }

  async function repeat(service: Service, work: Work): Promise<void> {
    try {
      const caller = await openCaller(service, crashing.tally)
      while (!life.isOver) await work(crashing, caller)
      caller.close()
    } catch (error) {
      if (service === victim && life.mayRefuse) return
      // Its request stays open, as after any lost answer.
      if (isLate(error)) return
      crashing.broken(`${service === victim ? '' : 'beside the one killed, '}${String(error)}`)
    }
  }

  const clients = [victim, ...others].flatMap((service) => [
    ...Array.from({ length: managers }, () => repeat(service, liveOneLife)),
    ...Array.from({ length: VERIFIERS }, () => repeat(service, verifySome)),
    repeat(service, startOneCall),
  ])
  await end(() => (life.mayRefuse = true))
  const killedMs = performance.now()
  life.mayRefuse = true
  life.isOver = true
  await victim.kill()
  await Promise.all(clients)
  return killedMs
}

type Work = (crashing: Crashing, caller: Caller) => Promise<unknown>

async function liveOneLife({ keys, random }: Crashing, caller: Caller): Promise<void> {
  const label = `Kept ${randomUUID()}`
  const key = await keys.issue(caller, label, maybeIdempotent(random))
  const steps = [
    () => keys.patch(caller, key, { label: `Renamed ${randomUUID()}` }),
    () => keys.patch(caller, key, { enabled: !key.state.enabled }),
    () => keys.patch(caller, key, { expiresAt: soon(random.between(1, 30)) }),
    () => keys.patch(caller, key, { expiresAt: null }),
  ]
  for (let count = random.between(0, 4); count > 0; count--) await random.pick(steps)()
  const ends = [
    () => keys.revoke(caller, key),
    () => keys.rotate(caller, key, 0, maybeIdempotent(random)),
    () => keys.rotate(caller, key, overlap(random), maybeIdempotent(random)),
    async () => undefined,
  ]
  await random.pick(ends)()
}

/** Asks about several keys in one write, and notes their uses. */
export async function ask(caller: Caller, asked: KeptKey[]): Promise<string[]> {
  for (const key of asked) key.asked++
  const answers = caller.verify(asked.map(({ secret }) => secret!))
  return Promise.all(
    asked.map(async (key, at) => {
      const answer = await answers[at]!
      const { code } = read<VerifyResult>(answer)
      if (code === 'VALID') key.accepted.push({ startMs: answer.startMs, endMs: answer.endMs })
      return code
    }),
  )
}

async function verifySome({ keys, always, random }: Crashing, caller: Caller): Promise<void> {
  // Some all the time, and those that are just being changed.
  const recent = keys.recent().filter(({ secret }) => secret !== undefined)
  const candidates = [...always, ...recent.slice(-MOST_RECENT)]
  await ask(
    caller,
    Array.from({ length: random.between(1, 4) }, () => random.pick(candidates)),
  )
}

async function startOneCall({ calls, always, random }: Crashing, caller: Caller): Promise<void> {
  await calls.start(caller, random.pick(always), maybeIdempotent(random))
}

function maybeIdempotent(random: Crashing['random']): string | undefined {
  return random.chance(0.5) ? randomUUID() : undefined
}

function soon(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString()
}

function overlap(random: Crashing['random']): number {
  return random.between(3600, MAX_OVERLAP_SECONDS)
}
