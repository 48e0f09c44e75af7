import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiKey } from '../../../../shared/src/schemas/keys.ts'
import type { KeyUsage } from '../../../../shared/src/schemas/usage/usage.ts'
import { ask } from './load.ts'
import { openCaller, patient, read, untilInTime, type Caller } from './caller.ts'
import type { Crashing } from './crashing.ts'
import { examineDatabase } from './examine-database.ts'
import { codeOf, differences, type KeptKey, type State } from './kept-keys.ts'
import { openBeside } from './open-beside.ts'

const MAX_LOST_MS = 1000
// A write of uses may wait for another node's, and a database may cancel it, after which it is begun again.
const STATEMENTS_OF_WRITE = 8
const STALLS_OF_WRITE = 4
// So long a reader waits until all uses are merged.
const MERGE_PATIENCE_MS = 3000
// The service tells the time by the clock of the machine, in whole milliseconds.
const CLOCK_SLACK_MS = 5
const OLD_KEYS_ASKED = 10
// The service that lives counts its uses, however late the machine lets it write them.
const COUNT_PATIENCE_MS = 60_000
const POLL_MS = 100

export type Kill = {
  /** On the clock of the answers. */
  killedMs: number
  /** How late the machine let work be done at worst until then. */
  latestMs: number
}

/** Looks at everything that was acknowledged, now that the victim is back. */
export async function examine(crashing: Crashing, kill: Kill): Promise<void> {
  const { deployment, keys, calls, always, random, tally, broken } = crashing
  const untilMs = countedUntilMs(crashing, kill)
  // One that was not killed knows of uses that are not written yet.
  const service = deployment.others[0] ?? deployment.victim
  const caller = patient(await openCaller(service, tally))
  await retryMakings(crashing, caller)
  for (const fault of await calls.findFaults(caller, random)) broken(fault)
  await haveMerged(caller, always[0]!)
  const messages = await openBeside(deployment.databaseUrl, async (ctx) => {
    await examineDatabase(crashing, ctx)
    return crashing.messages!.readExpected(ctx)
  })
  const recent = [...new Set([...always, ...keys.recent()])]
  await Promise.all(recent.map((key) => examineKey(crashing, caller, key, untilMs)))
  caller.close()
  for (const fault of await crashing.messages!.findFaults(messages)) broken(fault)

  const known = [...keys.all.values()]
  const old = Array.from({ length: OLD_KEYS_ASKED }, () => random.pick(known))
  await examineVerdicts(
    crashing,
    [...recent, ...old].filter(({ secret }) => secret !== undefined),
  )
  keys.beginAnew()
}

/** Since when a use may be lost: a second before the kill, and as much earlier as the machine was slow. */
function countedUntilMs(
  { deployment, keys, always }: Crashing,
  { killedMs, latestMs }: Kill,
): number {
  const times = [...always, ...keys.recent()]
    .flatMap(({ accepted }) => accepted)
    .map(({ startMs, endMs }) => endMs - startMs)
  const meanMs = times.reduce((sum, ms) => sum + ms, 0) / Math.max(1, times.length)
  const stallMs = Math.max(latestMs, ...times)
  const nodes = 1 + deployment.others.length
  return killedMs - MAX_LOST_MS - STALLS_OF_WRITE * stallMs - nodes * STATEMENTS_OF_WRITE * meanMs
}

/** A retry gets the first result, and makes what had not been made, once. */
async function retryMakings({ keys, broken }: Crashing, caller: Caller): Promise<void> {
  for (const making of keys.makings()) {
    const { request, answer } = making
    if (request.idempotencyKey === undefined) continue
    const { status, body } = await caller.call(request)
    if (status !== 201) broken(`the retry of ${request.path} got ${status} ${body}`)
    else if (answer === undefined) keys.noteMade(making, body, JSON.parse(body))
    else if (body !== answer) broken(`the retry of ${request.path} got another answer`)
  }
}

async function examineKey(
  { broken }: Crashing,
  caller: Caller,
  key: KeptKey,
  untilMs: number,
): Promise<void> {
  const surelyCounted = key.accepted.filter(({ endMs }) => endMs < untilMs)
  const counted = await readUsageOf(caller, key, key.countedBefore + surelyCounted.length)
  const countedSince = counted - key.countedBefore
  if (countedSince < surelyCounted.length || countedSince > key.asked)
    broken(
      `${key.id} has ${countedSince} uses counted, of at least ${surelyCounted.length} and at most ${key.asked}`,
    )

  const path = `/api/keys/${key.id}`
  const record = read<ApiKey>(await caller.call({ method: 'GET', path }))
  const wrong = differences(stateOf(record), key.state)
  if (wrong.length > 0) broken(`${key.id} is shown with another ${wrong.join(', ')}`)
  if (surelyCounted.length > 0) {
    const lastMs = Math.max(...surelyCounted.map(({ startMs }) => startMs))
    const usedMs = Date.parse(record.lastUsedAt ?? '') - performance.timeOrigin
    if (!(usedMs > lastMs - CLOCK_SLACK_MS)) broken(`${key.id} has an old last use`)
  }
  Object.assign(key, { asked: 0, accepted: [], countedBefore: counted })
}

/** Reads uses, before which all of them are merged. */
async function haveMerged(caller: Caller, key: KeptKey): Promise<void> {
  for (const beganMs = performance.now(); ;) {
    const askedMs = performance.now()
    await readUsage(caller, key)
    const nowMs = performance.now()
    if (nowMs - askedMs < MERGE_PATIENCE_MS || nowMs - beganMs > COUNT_PATIENCE_MS) return
  }
}

/** The uses of a key, once there are so many of them. */
async function readUsageOf(caller: Caller, key: KeptKey, least: number): Promise<number> {
  const untilMs = performance.now() + COUNT_PATIENCE_MS
  for (;;) {
    const counted = await readUsage(caller, key)
    if (counted >= least || performance.now() > untilMs) return counted
    await sleep(POLL_MS)
  }
}

async function readUsage(caller: Caller, { id }: KeptKey): Promise<number> {
  const path = `/api/keys/${id}/usage`
  const { data } = read<KeyUsage>(await caller.call({ method: 'GET', path }))
  return data.reduce((sum, { counts }) => sum + counts['VALID']!, 0)
}

function stateOf({ label, enabled, expiresAt, revokedAt, rotatedTo }: ApiKey): State {
  return { label, enabled, expiresAt, isRevoked: revokedAt !== null, isRotated: rotatedTo !== null }
}

async function examineVerdicts(
  { deployment, tally, broken }: Crashing,
  keys: KeptKey[],
): Promise<void> {
  const caller = await openCaller(deployment.victim, tally)
  const codes = await untilInTime(() => ask(caller, keys))
  caller.close()
  keys.forEach((key, at) => {
    if (codes[at] !== codeOf(key)) broken(`${key.id} is ${codes[at]}, not ${codeOf(key)}`)
  })
}
