// Light, steady traffic of every kind, each answer of which is judged.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../../../testkit/processes/service.ts'
import { AGENT } from '../../../testkit/load/ask.ts'
import { openConnection, type Connection } from '../../../testkit/load/connection.ts'
import { nowMs } from '../../../testkit/load/history.ts'
import type { Random } from '../../../testkit/load/random.ts'
import type { Tally } from '../campaign.ts'
import {
  callOn,
  change,
  CHANGERS,
  list,
  ORGANIZATION,
  verify,
  violate,
  watch,
  type Call,
  type Run,
} from './clients.ts'
import type { CallKind, HeldKey, Phase } from './judge.ts'

const PAUSE_MS = 15
const everything = { verifications: 'works', changes: 'works', lists: 'works' } as const

export type Load = {
  keys: HeldKey[]
  /** Judges by other rules from now on. */
  enter(phase: Omit<Phase, 'fromMs'> & { afterMs?: number }): void
  /** Ends of connections are no violation from now on: the process may end. */
  allowEnd(): void
  /** Calls that began in this phase and were answered. */
  answered(kind: CallKind): number
  /** The last answer of /readyz, and since when. */
  readyz(): number | undefined
  stop(): Promise<void>
}

type Work = (run: Run, call: Call) => Promise<void>

export function startLoad(service: Service, random: Random, tally: Tally): Load {
  const run: Run = {
    random,
    tally,
    keys: [],
    phase: { name: 'before', fromMs: -Infinity, ...everything },
    counts: noneYet(),
    readyz: undefined,
    isOver: false,
    mayEnd: false,
  }
  const changers = Array.from({ length: CHANGERS }, () => change)
  const works = [verify, verify, verify, ...changers, list, watch]
  const clients = works.map((work) => keepOn(run, service, work))
  return {
    keys: run.keys,
    enter({ afterMs = 0, ...rules }) {
      run.phase = { ...rules, fromMs: nowMs() + afterMs }
      run.counts = noneYet()
    },
    allowEnd() {
      run.mayEnd = true
    },
    answered: (kind) => run.counts[kind],
    readyz: () => run.readyz,
    async stop() {
      run.isOver = true
      await Promise.all(clients)
    },
  }
}

const noneYet = () => ({ verifications: 0, changes: 0, lists: 0 })

/** Works on a connection, and on another when that has ended. */
async function keepOn(run: Run, service: Service, work: Work): Promise<void> {
  while (!run.isOver) {
    let connection: Connection | undefined
    try {
      connection = await openConnection(Number(new URL(service.url).port))
      const call = callOn(connection)
      while (!run.isOver) {
        await work(run, call)
        await sleep(PAUSE_MS)
      }
    } catch (error) {
      if (!run.isOver && !run.mayEnd) violate(run, `a connection failed: ${String(error)}`)
      await sleep(PAUSE_MS)
    } finally {
      connection?.close()
    }
  }
}

/** Makes the organization whose keys are used, and the agent that widget tokens are for. */
export async function prepareCatalog(service: Service): Promise<void> {
  const connection = await openConnection(Number(new URL(service.url).port))
  const call = callOn(connection)
  const organization = { name: 'Faults', subscription: 'active' }
  const agent = { name: 'Faults', active: true }
  for (const { status, body } of [
    await call('PUT', `/api/internal/organizations/${ORGANIZATION}`, organization),
    await call('PUT', `/api/internal/agents/${AGENT}`, agent),
  ])
    if (status >= 300) throw new Error(`no catalog: ${status} ${body}`)
  connection.close()
}
