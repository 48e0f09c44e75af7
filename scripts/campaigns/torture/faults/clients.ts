// The requests of the load, and how each answer is judged.
import { AGENT } from '../../../testkit/load/ask.ts'
import { requestText, type Answer, type Connection } from '../../../testkit/load/connection.ts'
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

const SHOWN_KEYS = 40
const PAGE = 100
const NEWEST = 10
export const CHANGERS = 2
export const ORGANIZATION = 'org_faults'
const asService = { Authorization: `Bearer ${SERVICE_TOKEN}`, 'X-Organization-Id': ORGANIZATION }

/** The state of a load, which its clients share. */
export type Run = {
  readonly random: Random
  readonly tally: Tally
  readonly keys: HeldKey[]
  phase: Phase
  /** Calls that began in this phase and were answered. */
  counts: Record<CallKind, number>
  readyz: number | undefined
  isOver: boolean
  mayEnd: boolean
}

export function violate({ tally, phase }: Run, what: string): void {
  tally.violations.push(`${phase.name}: ${what}`)
}

function judged(run: Run, kind: CallKind, what: string, answer: Answer, good: number[]): Answer {
  run.tally.requests++
  const fault = faultOfForm(answer, good) ?? faultOfEffect(answer, kind, run.phase)
  if (fault) violate(run, `${what} ${fault}`)
  if (answer.startMs >= run.phase.fromMs) run.counts[kind]++
  return answer
}

export async function verify(run: Run, call: Call): Promise<void> {
  const { keys, random } = run
  if (keys.length === 0) return
  const key = random.chance(0.7) ? random.pick(keys.slice(-SHOWN_KEYS)) : random.pick(keys)
  // An address that presents too many bad keys gets a 429; other tests look at that.
  const mayBeRefused = key.revokingMs !== undefined
  const ways = mayBeRefused && !random.chance(0.05) ? calm : all
  const way = random.pick(ways)
  const { answer, isAccepted } = await ask[way](call, key)
  const good = way === 'verify' ? [200] : [200, 401]
  judged(
    run,
    'verifications',
    way,
    answer,
    way === 'widget' && mayBeRefused ? [...good, 429] : good,
  )
  const fault = isAccepted === undefined ? undefined : faultOfVerdict(key, isAccepted, answer)
  if (fault) violate(run, `${way} ${fault}: ${key.id} ${answer.body}`)
}

export async function change(run: Run, call: Call): Promise<void> {
  const { keys, random } = run
  const answer = await call('POST', '/api/keys', { label: `Key ${keys.length}` })
  judged(run, 'changes', 'create', answer, [201])
  if (answer.status !== 201) return
  const { id, key: secret } = JSON.parse(answer.body) as { id: string; key: string }
  const key: HeldKey = { id, secret }
  keys.push(key)
  const ending = random.chance(0.6) ? key : random.pick(keys)
  if (ending.revokedMs !== undefined || random.chance(0.2)) return
  ending.revokingMs ??= nowMs()
  const revoked = judged(
    run,
    'changes',
    'revoke',
    await call('DELETE', `/api/keys/${ending.id}`),
    [204],
  )
  if (revoked.status === 204) ending.revokedMs ??= revoked.endMs
}

export async function list(run: Run, call: Call): Promise<void> {
  const { keys } = run
  const count = keys.length
  const known = keys.slice(-NEWEST).filter(({ revokingMs }) => revokingMs === undefined)
  const answer = await call('GET', `/api/keys?limit=${PAGE}&status=all`)
  judged(run, 'lists', 'list', answer, [200])
  // While an answer is waited for, newer keys may fill the page.
  const madeMeanwhile = keys.length - count + CHANGERS
  if (answer.status !== 200 || madeMeanwhile > PAGE - NEWEST) return
  const lost = known.find(({ id }) => !answer.body.includes(id))
  if (lost) violate(run, `a list misses ${lost.id}`)
}

export async function watch(run: Run, call: Call): Promise<void> {
  const alive = await call('GET', '/healthz')
  run.tally.requests += 2
  if (alive.status !== 200 || alive.endMs - alive.startMs > 2000)
    violate(run, `healthz: ${alive.status} after ${Math.round(alive.endMs - alive.startMs)} ms`)
  const { status } = await call('GET', '/readyz')
  if (status !== 200 && status !== 503) violate(run, `readyz: ${status}`)
  run.readyz = status
}

export type Call = (
  method: string,
  path: string,
  body?: object,
  credential?: object,
) => Promise<Answer>

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
