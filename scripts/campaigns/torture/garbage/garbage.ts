import { createDatabase, dropDatabase } from '../../../testkit/processes/postgres.ts'
import type { Random } from '../../../testkit/load/random.ts'
import type { Campaign, CampaignOptions, Tally } from '../campaign.ts'
import { brokenPromises } from './judge.ts'
import { growthPerRound, measure, type Holding } from './memory.ts'
import { readOperations, type Operation } from './operations.ts'
import { startProbe } from './probe.ts'
import { makeRequest, toBytes, type Cast } from './requests.ts'
import { beleaguer, type Crowd } from './slow-clients.ts'
import { judgeLog, sendRawShapes } from './raw/raw-round.ts'
import { knownValues, makeOwner, startSubject, type Owner, type Subject } from './subject.ts'
import { openLine } from './raw/wire.ts'

const LINES = 8
const REQUESTS_A_ROUND = 600
// Two cores that others use as well: what hangs takes much longer, what is merely slow does not.
const GOOD_ANSWER_MS = 20_000
const HOLD_MS = 1500

/** The most that the heap may grow by in a round, in MiB, once it is warm. */
const MAX_GROWTH_MIB = 0.3
const MAX_HEAP_MIB = 120
const ROUNDS_TO_WARM_UP = 3
const ROUNDS_TO_FIT = 10

const crowds: Record<'small' | 'large', Crowd> = {
  small: { idle: 300, dripping: 30, notReading: 10, churning: 100 },
  large: { idle: 5000, dripping: 200, notReading: 100, churning: 1000 },
}

export const garbage: Campaign = {
  name: 'garbage',
  summary: 'requests that nobody should send, on connections that nobody should open',
  rounds: { short: 2, long: 60 },
  run,
}

type Side = {
  subject: Subject
  operations: Operation[]
  owner: Owner
  holdings: Holding[]
  logSeen: number
  /** How many answers there were of each status. */
  statuses: Map<number | 'none', number>
  slowestMs: number
  overloaded: number
}

async function run(options: CampaignOptions): Promise<void> {
  const { rounds, postgresUrl, signal, tally } = options
  const database = `garbage_${Date.now()}`
  const databaseUrl = await createDatabase(postgresUrl, database, 'template0')
  const sides: Side[] = []
  try {
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      // By turns on either database; each service lives through all of its rounds.
      const side = sides[round % 2] ?? (await startSide(round === 0 ? undefined : databaseUrl))
      sides[round % 2] = side
      const crowd = round % 20 === 19 ? crowds.large : crowds.small
      const violations = await runRound(side, crowd, options, round)
      tally.violations.push(...violations.map((text) => `round ${round}: ${text}`))
      tally.rounds++
      if (side.subject.service.child().process.exitCode !== null) break
    }
    tally.violations.push(...sides.flatMap(({ holdings }) => growth(holdings)))
    tally.notes.push(...sides.map(describeSide))
  } finally {
    for (const { subject } of sides) await subject.service.remove()
    await dropDatabase(postgresUrl, database)
  }
}

async function startSide(databaseUrl: string | undefined): Promise<Side> {
  const subject = await startSubject(databaseUrl)
  try {
    const owner = await makeOwner(subject, 'probe')
    const operations = await readOperations(subject.service.url)
    return {
      subject,
      owner,
      operations,
      holdings: [],
      logSeen: 0,
      statuses: new Map(),
      slowestMs: 0,
      overloaded: 0,
    }
  } catch (error) {
    await subject.service.remove()
    throw error
  }
}

async function runRound(
  side: Side,
  crowd: Crowd,
  { random, tally }: CampaignOptions,
  round: number,
): Promise<string[]> {
  const { subject } = side
  const probe = startProbe(subject, side.owner.keys[0]!, GOOD_ANSWER_MS)
  const owner = await makeOwner(subject, `owner-${round}`)
  const doomed = await makeOwner(subject, `doomed-${round}`)
  const cast = { subject, owner, doomed, known: knownValues(owner) }
  const violations = [
    ...(await sendGarbage(side, cast, random, tally)),
    ...(await sendRawShapes(subject, side.owner.keys[0]!, random, tally)),
  ]
  tally.requests += await beleaguer(subject, owner, crowd, HOLD_MS, random)
  tally.faults++
  violations.push(...(await probe.end()))
  tally.requests += probe.asked()
  side.slowestMs = Math.max(side.slowestMs, probe.slowestMs())
  side.overloaded += probe.overloaded()
  const log = subject.service.printed()
  violations.push(...judgeLog(log.slice(side.logSeen), [subject.serviceToken, owner.cookie]))
  side.logSeen = log.length
  if (subject.service.child().process.exitCode !== null) return [...violations, 'the service ended']
  side.holdings.push(await measure(subject))
  return violations
}

const costly = /sign-in|sign-up|two-factor|change-password|reset-password/

async function sendGarbage(
  { subject, operations, statuses }: Side,
  cast: Cast,
  random: Random,
  tally: Tally,
): Promise<string[]> {
  const requests = Array.from({ length: REQUESTS_A_ROUND }, () => {
    const operation = random.pick(operations)
    // Each of these hashes a password, which takes as long as a hundred others.
    const isRare = costly.test(operation.path) && random.chance(0.9)
    return makeRequest(isRare ? operations[0]! : operation, cast, random)
  })
  const violations: string[] = []
  let good = 0
  let next = 0
  await Promise.all(
    Array.from({ length: LINES }, async () => {
      const line = openLine(subject.port)
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const bytes = toBytes(request)
        const answer = await line.ask(bytes, request.method)
        tally.requests++
        const status = answer?.status ?? 'none'
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (answer !== undefined && answer.status < 300) good++
        // A request that is far too long is cut off while it is sent, and its answer may be lost.
        const broken = answer
          ? brokenPromises(answer, request)
          : bytes.length > 80_000
            ? []
            : ['no answer']
        for (const promise of broken)
          violations.push(
            `${promise}: ${shown(bytes)} → ${shown(answer?.head ?? '')} ${shown(answer?.body ?? '')}`,
          )
      }
      line.close()
    }),
  )
  // If every request is refused early, nothing was tried.
  if (good < REQUESTS_A_ROUND / 10) violations.push(`only ${good} requests were good`)
  return violations
}

function describeSide({ holdings, statuses, slowestMs, overloaded }: Side, at: number): string {
  const counts = [...statuses].toSorted().map(([status, count]) => `${status} × ${count}`)
  const heap = holdings.map(({ heapMib }) => heapMib.toFixed(1))
  const rss = holdings.map(({ rssMib }) => rssMib.toFixed(0))
  return [
    at === 0 ? 'on SQLite' : 'on PostgreSQL',
    `answers to garbage ${counts.join(', ')}`,
    `good requests meanwhile: slowest ${slowestMs.toFixed(0)} ms, ${overloaded} answered 503`,
    `heap in MiB after each round ${heap.join(' ')}`,
    `memory of the process ${rss.join(' ')}`,
  ].join('; ')
}

function shown(text: Buffer | string): string {
  return JSON.stringify(text.toString().slice(0, 1000))
}

function growth(holdings: Holding[]): string[] {
  const heap = holdings.map(({ heapMib }) => heapMib).slice(ROUNDS_TO_WARM_UP)
  const descriptors = holdings.map((holding) => holding.descriptors)
  const found: string[] = []
  const most = Math.max(...holdings.map(({ heapMib }) => heapMib))
  if (most > MAX_HEAP_MIB) found.push(`the heap holds ${most.toFixed(0)} MiB`)
  const perRound = growthPerRound(heap)
  if (heap.length >= ROUNDS_TO_FIT && perRound > MAX_GROWTH_MIB)
    found.push(
      `the heap grows by ${perRound.toFixed(2)} MiB a round: ${heap.map((it) => it.toFixed(1)).join(' ')}`,
    )
  if (descriptors.at(-1)! > descriptors[0]! + 50)
    found.push(`connections are left over: ${descriptors.join(' ')} descriptors`)
  return found
}
