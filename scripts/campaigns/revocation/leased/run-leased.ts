import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { plantedCopy } from '../../../testkit/faults/planted-copy.ts'
import { root } from '../../../testkit/processes/child.ts'
import { SERVICE_TOKEN, startDeployment } from '../../../testkit/load/deployment.ts'
import { randomFrom, type Random } from '../../../testkit/load/random.ts'
import { copiedParts, leasedFaults } from './leased-faults.ts'
import { keyChanges } from './change-keys.ts'
import { machineMs, type Seen } from './messages.ts'
import { databaseBehindWire, oneAtATime, troubleNodes } from './trouble-nodes.ts'
import { startVerifiers } from './verifiers.ts'

export type LeasedRunOptions = {
  /** How many keys are ended. */
  revocations: number
  verifiers: number
  managers: number
  nodes: number
  workers: number
  /** `postgres://…`, for several nodes; its connections are delayed and cut. */
  databaseUrl?: string | undefined
  /** Where the nodes count budgets together. */
  redisUrl?: string | undefined
  seed: number
  maxSeconds: number
  /** Whether verifiers are stopped, killed and cut off, and the service restarted. */
  isTroubled: boolean
  /** How long a verifier is stopped at most. */
  longestStopMs: number
  /** Ends the service so often, spread over the run. */
  restarts: number
  /** By turns as a power cut and as an operator, unless it says otherwise. */
  restartsBy?: readonly ('SIGKILL' | 'SIGTERM')[]
  /** All changes are made at the last node: the others hear of them from the log alone. */
  changesAtLast?: true
  /** An end that takes longer is a finding, where nothing is done to the service. */
  longestEndMs?: number
  /** One of `leasedFaults`, which the run must find. */
  fault?: string | undefined
  signal?: AbortSignal | undefined
}

export type StaleYes = { id: string; lateMs: number }

export type LeasedReport = {
  seconds: number
  ended: number
  acceptedByLease: number
  acceptedByService: number
  refused: number
  /** Calls that began after the end of their key was answered, and were accepted. */
  stale: StaleYes[]
  /** Calls accepted by a slice of a minute that was over. */
  afterMinute: number
  /** Ends that took longer than `longestEndMs`. */
  heldUp: number
  /** How many milliseconds it took to end each key, shortest first. */
  tookMs: number[]
  stops: number
  kills: number
  cuts: number
  restarts: number
  freezes: number
  stalls: number
}

/** How long an ended key is asked about. */
const WATCHED_MS = 1500
/** Ends keys while processes judge them by leases, and compares what each says with when. */
export async function runLeased(options: LeasedRunOptions): Promise<LeasedReport> {
  if (options.fault === undefined) return runOn(options, root)
  const fault = leasedFaults[options.fault]
  if (fault === undefined) throw new Error(`there is no such fault: ${options.fault}`)
  const { dir, remove } = plantedCopy(copiedParts, fault.changes)
  try {
    return await runOn(options, dir)
  } finally {
    remove()
  }
}

/** @param sources of the service and of the verifiers */
async function runOn(options: LeasedRunOptions, sources: string): Promise<LeasedReport> {
  const { revocations, verifiers: count, managers, nodes, workers, seed, isTroubled } = options
  const { restarts, restartsBy = ['SIGKILL', 'SIGTERM'], redisUrl } = options
  const overdue = AbortSignal.timeout(options.maxSeconds * 1000)
  const ending = AbortSignal.any([overdue, ...(options.signal ? [options.signal] : [])])
  // One part of the run that fails ends the others.
  const failed = new AbortController()
  const signal = AbortSignal.any([ending, failed.signal])
  const database = await databaseBehindWire(options.databaseUrl)
  const { databaseUrl } = database
  const deployment = await startDeployment({ nodes, workers, sources, databaseUrl, redisUrl })
  const { ports } = deployment
  const answeredMs = new Map<string, number>()
  const report = emptyReport()

  /** A run that must find a fault has no more to do. */
  const isFound = () => options.fault !== undefined && hasBroken(report)

  function judge(seen: Seen): void {
    const { id, acceptedByLease, acceptedByService, refused, lastYesMs, afterMinute } = seen
    report.acceptedByLease += acceptedByLease
    report.acceptedByService += acceptedByService
    report.refused += refused
    report.afterMinute += afterMinute
    const endedMs = answeredMs.get(id) ?? Infinity
    if (lastYesMs > endedMs) report.stale.push({ id, lateMs: lastYesMs - endedMs })
    if (isFound()) failed.abort()
  }

  const holdUp = () => {
    report.heldUp++
    failed.abort()
  }
  const restarting = oneAtATime()
  const failures: unknown[] = []
  ending.addEventListener('abort', () => {
    const progress = `${report.ended} of ${revocations} keys ended, ${report.restarts} restarts, ${report.stale.length} stale yes`
    const lately = restarting.underWay() ?? 'nothing is done to the nodes'
    failures.push(new Error(`time was up, or the run was ended: ${progress}; ${lately}`))
  })
  const startedMs = machineMs()
  const script = join(sources, 'scripts/campaigns/revocation/leased/verifier-process.ts')
  const verifiers = await startVerifiers(count, ports, SERVICE_TOKEN, judge, script)
  let isOver = false
  let troubling: Promise<void> = Promise.resolve()
  let troublingNodes: ReturnType<typeof troubleNodes> | Promise<undefined> =
    Promise.resolve(undefined)
  try {
    const changedPorts = options.changesAtLast ? ports.slice(-1) : ports
    const changesAt = changedPorts.map((port) =>
      keyChanges(`http://127.0.0.1:${port}`, SERVICE_TOKEN, signal),
    )
    await changesAt[0]?.prepare()
    let begun = 0

    async function manage(random: Random): Promise<void> {
      const watches: Promise<void>[] = []
      while (begun < revocations && !signal.aborted && !isFound()) {
        begun++
        const changes = random.pick(changesAt)
        const key = await changes.issue()
        verifiers.watch(key)
        await sleep(random.between(20, 400))
        report.tookMs.push(await noting(changes.end(key, random), options.longestEndMs, holdUp))
        answeredMs.set(key.id, machineMs())
        report.ended++
        watches.push(sleep(WATCHED_MS).then(() => verifiers.forget(key.id)))
      }
      await Promise.all(watches)
    }

    async function restart(): Promise<void> {
      for (let done = 0; done < restarts; done++) {
        const isDue = () => report.ended >= ((done + 1) / (restarts + 1)) * revocations
        while (!isDue() && !isFound() && !signal.aborted) await sleep(20)
        if (isFound() || signal.aborted) return
        const at = done % nodes
        const how = restartsBy[done % restartsBy.length] ?? 'SIGTERM'
        await restarting.alone(`node ${at} is restarted by ${how}`, () =>
          deployment.restart(at, how),
        )
        report.restarts++
      }
    }

    const isDone = () => isOver || signal.aborted
    troublingNodes =
      isTroubled && nodes > 1
        ? troubleNodes({ deployment, database, random: randomFrom(seed - 2), isDone, restarting })
        : Promise.resolve(undefined)
    troubling = isTroubled
      ? verifiers.trouble(randomFrom(seed - 1), options.longestStopMs, isDone)
      : Promise.resolve()
    const managing = Array.from({ length: managers }, (_, at) => manage(randomFrom(seed + at)))
    await Promise.all([restart(), ...managing])
    isOver = true
    const [, counts] = await Promise.all([troubling, troublingNodes])
    Object.assign(report, counts)
  } catch (error) {
    if (!signal.aborted) failures.push(error)
    failed.abort()
  } finally {
    isOver = true
    await Promise.allSettled([troubling])
    await verifiers.close()
    await deployment.stop().catch((error: unknown) => failures.push(error))
    await Promise.allSettled([troublingNodes])
    await database.stop()
  }
  if (failures.length > 0) throw new Error(failures.map(messageOf).join('\n'))
  report.tookMs.sort((one, other) => one - other)
  return { ...report, ...verifiers.counts, seconds: (machineMs() - startedMs) / 1000 }
}

function emptyReport(): LeasedReport {
  return {
    seconds: 0,
    ended: 0,
    acceptedByLease: 0,
    acceptedByService: 0,
    refused: 0,
    stale: [],
    afterMinute: 0,
    heldUp: 0,
    tookMs: [],
    stops: 0,
    kills: 0,
    cuts: 0,
    restarts: 0,
    freezes: 0,
    stalls: 0,
  }
}

/** Calls `isLate` where the work takes longer. */
async function noting<T>(work: Promise<T>, ms: number | undefined, isLate: () => void): Promise<T> {
  if (ms === undefined) return work
  const timer = setTimeout(isLate, ms)
  return work.finally(() => clearTimeout(timer))
}

/** Whether a promise of leases was seen broken. */
export function hasBroken({ stale, afterMinute, heldUp }: LeasedReport): boolean {
  return stale.length + afterMinute + heldUp > 0
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
