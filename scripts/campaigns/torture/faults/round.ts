import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection } from '../../../testkit/load/connection.ts'
import type { Random } from '../../../testkit/load/random.ts'
import type { Tally } from '../campaign.ts'
import { ask, callOn } from './clients.ts'
import type { Fault, Injected, Subject } from './fault.ts'
import { faultOfForm, faultOfVerdict, type CallKind } from './judge.ts'
import { prepareCatalog, startLoad, type Load } from './load.ts'

const WARM_UP_MS = 600
// A file that was moved is noticed within a second.
const SETTLED_AFTER_MS = 1500
const HELD_MS = { min: 1200, max: 2500 }
const SEEN_WITHIN_MS = 12_000
const RECOVERED_WITHIN_MS = 10_000
const POLL_MS = 25
const KEYS_AT_LEAST = 5
const START_WITHIN_MS = 10_000
const MAX_LOG_LINES = 40
const kinds: CallKind[] = ['verifications', 'changes', 'lists']

/** Breaks something under a service that is at work, mends it, and looks for broken promises. */
export async function runRound(
  fault: Fault,
  subject: Subject,
  random: Random,
  tally: Tally,
): Promise<void> {
  const { service } = subject
  await prepareCatalog(service)
  const before = tally.violations.length
  const load = startLoad(service, random, tally)
  const violate = (what: string) => void tally.violations.push(`${fault.name}: ${what}`)
  await sleep(WARM_UP_MS)
  await within(SEEN_WITHIN_MS, () => load.keys.length >= KEYS_AT_LEAST)
  load.allowEnd() // some faults need a restart before, and some end the process
  load.enter({ name: `${fault.name}, beginning`, ...anything })
  const printedBefore = service.printed().length
  let injected: Injected | undefined
  try {
    injected = await fault.inject(subject, random)
    tally.faults++
    const { verifications, changes, lists = verifications } = injected
    load.enter({ name: fault.name, verifications, changes, lists, afterMs: SETTLED_AFTER_MS })
    await sleep(SETTLED_AFTER_MS + random.between(HELD_MS.min, HELD_MS.max))
    const isUp = () => service.child().process.exitCode === null
    await within(SEEN_WITHIN_MS, () => !isUp() || kinds.every((kind) => load.answered(kind) > 0))
    if (!isUp() || service.child().process.signalCode !== null) {
      if (!injected.mayEnd) violate(`the process ended:\n${service.child().printed()}`)
    } else {
      for (const kind of kinds) if (load.answered(kind) === 0) violate(`no ${kind} were answered`)
      const { readyz } = injected
      if (readyz !== 'either' && load.readyz() !== readyz) violate(`readyz said ${load.readyz()}`)
    }
    judgeLog(service.printed().slice(printedBefore), violate)
    load.enter({ name: `${fault.name}, mended`, ...anything })
    await injected.heal?.()
    if (injected.heal) await judgeRecovery(load, injected.recoversWithinMs, violate)
  } finally {
    await load.stop()
  }
  if (tally.violations.length > before) return
  if (injected.heal) await judgeKeys(subject, load, tally, violate)
  await judgeRestart(subject, injected, load, tally, violate)
}

const anything = { verifications: 'either', changes: 'either', lists: 'either' } as const

type Violate = (what: string) => void

function judgeLog(printed: string, violate: Violate): void {
  const lines = printed.split('\n').filter(Boolean)
  if (lines.length > MAX_LOG_LINES)
    violate(`${lines.length} lines of log, such as ${lines.slice(0, 3).join(' ')}`)
  const stack = lines.find((line) => line.includes('"stack"'))
  if (stack) violate(`a stack trace for an outage: ${stack}`)
}

/** By itself, without a restart: everything works as before. */
async function judgeRecovery(
  load: Load,
  recoversWithinMs: number | undefined,
  violate: Violate,
): Promise<void> {
  if (!(await within(RECOVERED_WITHIN_MS, () => load.readyz() === 200)))
    return violate(`readyz still says ${load.readyz()} after it was mended`)
  const rules = { verifications: 'works', changes: 'works', lists: 'works' } as const
  load.enter({ name: 'recovered', ...rules, afterMs: recoversWithinMs ?? 1000 })
  const isSeen = () => kinds.every((kind) => load.answered(kind) > 2)
  if (!(await within(RECOVERED_WITHIN_MS, isSeen))) violate('not every kind of call came back')
}

/** Everything that was acknowledged is there. */
async function judgeKeys(
  { service }: Subject,
  { keys }: Load,
  tally: Tally,
  violate: Violate,
): Promise<void> {
  const connection = await openConnection(Number(new URL(service.url).port))
  const call = callOn(connection)
  for (const key of keys) {
    const { answer, isAccepted } = await ask.verify(call, key)
    tally.requests++
    const fault =
      faultOfForm(answer, [200]) ??
      (isAccepted === undefined ? 'was not judged' : faultOfVerdict(key, isAccepted, answer))
    if (fault) violate(`afterwards, ${key.id} ${fault}: ${answer.body}`)
  }
  connection.close()
}

async function judgeRestart(
  subject: Subject,
  { heal, restart }: Injected,
  load: Load,
  tally: Tally,
  violate: Violate,
): Promise<void> {
  const { service } = subject
  await service.kill()
  const printed = service.printed().length
  const starting = service.start().then(
    () => 'ready' as const,
    () => 'ended' as const,
  )
  // A service that runs and never becomes ready has seen the damage.
  const start = await Promise.race([starting, sleep(START_WITHIN_MS, 'unready' as const)])
  if (start === 'unready') {
    if (restart !== 'either') violate('it did not become ready again')
    await service.kill()
    return void (await starting)
  }
  if (start === 'ready') {
    if (restart === 'refused') violate('it started again, as if nothing were missing')
    if (heal) await judgeKeys(subject, load, tally, violate)
    return
  }
  const line = service.printed().slice(printed)
  if (restart === 'works') violate(`it did not start again: ${line}`)
  if (!/^(.*\n)?zentrix-api-keys: [^\n]+\n$/s.test(line)) violate(`not one clear line: ${line}`)
}

async function within(ms: number, isTrue: () => boolean): Promise<boolean> {
  const overdueMs = performance.now() + ms
  while (!isTrue()) {
    if (performance.now() > overdueMs) return false
    await sleep(POLL_MS)
  }
  return true
}
