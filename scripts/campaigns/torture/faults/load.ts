// Light, steady traffic of every kind, each answer of which is judged.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../../../testkit/processes/service.ts'
import { AGENT } from '../../../testkit/load/ask.ts'
import {
  openConnection,
  requestText,
  type Answer,
  type Connection,
} from '../../../testkit/load/connection.ts'
import { SERVICE_TOKEN } from '../../../testkit/load/deployment.ts'
import { nowMs } from '../../../testkit/load/history.ts'
import type { Random } from '../../../testkit/load/random.ts'
import type { Tally } from '../campaign.ts'
import {
  faultOfEffect,
  faultOfForm,
  faultOfVerdict,
  type CallKind,
  type HeldKey,
  type Phase,
} from './judge.ts'

const PAUSE_MS = 15
const SHOWN_KEYS = 40
const PAGE = 100
const NEWEST = 10
const CHANGERS = 2
const ORGANIZATION = 'org_faults'
const asService = { Authorization: `Bearer ${SERVICE_TOKEN}`, 'X-Organization-Id': ORGANIZATION }
const everything = { verifications: 'works', changes: 'works', lists: 'works' } as const

export type Load = {
  keys: HeldKey[]
  /** Judges by other rules from now on. */
  enter(phase: Omit<Phase, 'fromMs'> & { afterMs?: number }): void
  /** Ends of connections are no violation from now on: the process may end. */
  allowEnd(): void
  /** Calls that began in this phase and were answered. */
  answered(kind: CallKind): number
  /** What /readyz said last, and since when. */
  readyz(): number | undefined
  stop(): Promise<void>
}

export function startLoad(service: Service, random: Random, tally: Tally): Load {
  const keys: HeldKey[] = []
  const life = { isOver: false, mayEnd: false }
  let phase: Phase = { name: 'before', fromMs: -Infinity, ...everything }
  let counts = { verifications: 0, changes: 0, lists: 0 }
  let readyz: number | undefined

  function violate(what: string): void {
    tally.violations.push(`${phase.name}: ${what}`)
  }

  function judged(kind: CallKind, what: string, answer: Answer, good: number[]): Answer {
    tally.requests++
    const fault = faultOfForm(answer, good) ?? faultOfEffect(answer, kind, phase)
    if (fault) violate(`${what} ${fault}`)
    if (answer.startMs >= phase.fromMs) counts[kind]++
    return answer
  }

  /** Works on a connection, and on another when that has ended. */
  async function keepOn(work: (call: Call) => Promise<void>): Promise<void> {
    while (!life.isOver) {
      let connection: Connection | undefined
      try {
        connection = await openConnection(Number(new URL(service.url).port))
        const call = callOn(connection)
        while (!life.isOver) {
          await work(call)
          await sleep(PAUSE_MS)
        }
      } catch (error) {
        if (!life.isOver && !life.mayEnd) violate(`a connection failed: ${String(error)}`)
        await sleep(PAUSE_MS)
      } finally {
        connection?.close()
      }
    }
  }

  async function verify(call: Call): Promise<void> {
    if (keys.length === 0) return
    const key = random.chance(0.7) ? random.pick(keys.slice(-SHOWN_KEYS)) : random.pick(keys)
    // An address that presents too many bad keys gets a 429; other tests look at that.
    const mayBeRefused = key.revokingMs !== undefined
    const ways = mayBeRefused && !random.chance(0.05) ? calm : all
    const way = random.pick(ways)
    const { answer, isAccepted } = await ask[way](call, key)
    const good = way === 'verify' ? [200] : [200, 401]
    judged('verifications', way, answer, way === 'widget' && mayBeRefused ? [...good, 429] : good)
    const fault = isAccepted === undefined ? undefined : faultOfVerdict(key, isAccepted, answer)
    if (fault) violate(`${way} ${fault}: ${key.id} ${answer.body}`)
  }

  async function change(call: Call): Promise<void> {
    const answer = await call('POST', '/api/keys', { label: `Key ${keys.length}` })
    judged('changes', 'create', answer, [201])
    if (answer.status !== 201) return
    const { id, key: secret } = JSON.parse(answer.body) as { id: string; key: string }
    const key: HeldKey = { id, secret }
    keys.push(key)
    const ending = random.chance(0.6) ? key : random.pick(keys)
    if (ending.revokedMs !== undefined || random.chance(0.2)) return
    ending.revokingMs ??= nowMs()
    const revoked = judged(
      'changes',
      'revoke',
      await call('DELETE', `/api/keys/${ending.id}`),
      [204],
    )
    if (revoked.status === 204) ending.revokedMs ??= revoked.endMs
  }

  async function list(call: Call): Promise<void> {
    const count = keys.length
    const known = keys.slice(-NEWEST).filter(({ revokingMs }) => revokingMs === undefined)
    const answer = await call('GET', `/api/keys?limit=${PAGE}&status=all`)
    judged('lists', 'list', answer, [200])
    // While an answer is waited for, newer keys may fill the page.
    const madeMeanwhile = keys.length - count + CHANGERS
    if (answer.status !== 200 || madeMeanwhile > PAGE - NEWEST) return
    const lost = known.find(({ id }) => !answer.body.includes(id))
    if (lost) violate(`a list misses ${lost.id}`)
  }

  async function watch(call: Call): Promise<void> {
    const alive = await call('GET', '/healthz')
    tally.requests += 2
    if (alive.status !== 200 || alive.endMs - alive.startMs > 2000)
      violate(`healthz: ${alive.status} after ${Math.round(alive.endMs - alive.startMs)} ms`)
    const { status } = await call('GET', '/readyz')
    if (status !== 200 && status !== 503) violate(`readyz: ${status}`)
    readyz = status
  }

  const changers = Array.from({ length: CHANGERS }, () => change)
  const clients = [verify, verify, verify, ...changers, list, watch].map(keepOn)
  return {
    keys,
    enter({ afterMs = 0, ...rules }) {
      phase = { ...rules, fromMs: nowMs() + afterMs }
      counts = { verifications: 0, changes: 0, lists: 0 }
    },
    allowEnd() {
      life.mayEnd = true
    },
    answered: (kind) => counts[kind],
    readyz: () => readyz,
    async stop() {
      life.isOver = true
      await Promise.all(clients)
    },
  }
}

type Call = (method: string, path: string, body?: object, credential?: object) => Promise<Answer>

export function callOn(connection: Connection): Call {
  return (method, path, body, credential = asService) =>
    connection.send([requestText(method, path, { ...credential }, body)])[0]!
}

type Asked = { answer: Answer; isAccepted: boolean | undefined }

/** The three ways in which a key is presented. Nothing but a verdict says that it is good or bad. */
export const ask = {
  async verify(call: Call, { secret }: HeldKey): Promise<Asked> {
    const answer = await call('POST', '/api/auth/verify', { key: secret })
    if (answer.status !== 200) return { answer, isAccepted: undefined }
    const { code } = JSON.parse(answer.body) as { code: string }
    // Any other code is a refusal for no reason.
    return { answer, isAccepted: code === 'VALID' }
  },
  async check(call: Call, { secret }: HeldKey): Promise<Asked> {
    const credential = { 'X-Service-Token': SERVICE_TOKEN, 'X-API-Key': secret }
    const answer = await call('GET', '/api/auth/check', undefined, credential)
    return { answer, isAccepted: verdictOf(answer) }
  },
  async widget(call: Call, { secret }: HeldKey): Promise<Asked> {
    const credential = { Authorization: `Bearer ${secret}` }
    const answer = await call('POST', '/api/widget/token', { agentId: AGENT }, credential)
    return { answer, isAccepted: verdictOf(answer) }
  },
}

const all = ['verify', 'check', 'widget'] as const
const calm = ['verify', 'check'] as const

function verdictOf({ status }: Answer): boolean | undefined {
  return status === 200 ? true : status === 401 ? false : undefined
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
