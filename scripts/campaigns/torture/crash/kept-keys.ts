// Our knowledge of keys: acknowledged changes, changes under way, and uses.
import type { AuditAction } from '../../../../shared/src/schemas/audit.ts'
import type { ApiKey } from '../../../../shared/src/schemas/keys.ts'
import type { Span } from '../../../testkit/load/history.ts'
import { read, type Caller, type Request } from './caller.ts'

export type State = {
  label: string
  enabled: boolean
  /** Undefined until it is looked up, where the service has decided it. */
  expiresAt: string | null | undefined
  isRevoked: boolean
  isRotated: boolean
}

export type Change = { action: AuditAction; state: Partial<State> }

export type KeptKey = {
  id: string
  /** Undefined for one whose creation was never answered. */
  secret: string | undefined
  rotatedFrom: string | null
  /** As it was acknowledged last. */
  state: State
  /** The events that the log must hold about it, in this order. */
  actions: AuditAction[]
  /** Sent, and not answered yet: it may be done or not. */
  underWay?: Change | undefined
  /** Questions sent, and answers that accepted the key, since its uses were last looked up. */
  asked: number
  accepted: Span[]
  /** Its accepted uses, as they were looked up last. */
  countedBefore: number
}

/** A creation or rotation, and what it was answered with, if it was. */
export type Making = {
  request: Request
  /** The label of the new key; no two makings share one, but for a rotation and the old key. */
  label: string
  rotated?: KeptKey | undefined
  answer?: string
}

export type KeptKeys = ReturnType<typeof keptKeys>

export function keptKeys() {
  const keys = new Map<string, KeptKey>()
  // Those that matter since the service was last looked at.
  let recent = new Set<KeptKey>()
  let makings: Making[] = []

  function keep(key: KeptKey): KeptKey {
    keys.set(key.id, key)
    recent.add(key)
    return key
  }

  async function make(caller: Caller, making: Making): Promise<KeptKey> {
    makings.push(making)
    const answer = await caller.call(making.request)
    return noteMade(making, answer.body, read(answer, 201))
  }

  /** A making is answered. */
  function noteMade(making: Making, answer: string, { id, key }: { id: string; key: string }) {
    making.answer = answer
    const { label, rotated } = making
    if (rotated) settle(rotated, true)
    // A successor has the settings of the old key; a key made for itself has defaults.
    const { enabled, expiresAt } = JSON.parse(answer) as Pick<ApiKey, 'enabled' | 'expiresAt'>
    const state = { label, enabled, expiresAt, isRevoked: false, isRotated: false }
    return keep(newKey(id, key, state, rotated?.id ?? null))
  }

  async function change(key: KeptKey, what: Change, makes: () => Promise<unknown>): Promise<void> {
    recent.add(key)
    key.underWay = what
    await makes()
    settle(key, true)
  }

  return {
    all: keys,
    recent: () => [...recent],
    makings: () => makings,
    keep,
    noteMade,
    /** Everything has been looked at. */
    beginAnew() {
      recent = new Set()
      makings = []
    },
    issue: (caller: Caller, label: string, idempotencyKey?: string) =>
      make(caller, {
        label,
        request: { method: 'POST', path: '/api/keys', body: { label }, idempotencyKey },
      }),
    patch: (caller: Caller, key: KeptKey, body: Partial<State>) =>
      change(key, { action: actionOf(body), state: body }, async () =>
        read(await caller.call({ method: 'PATCH', path: `/api/keys/${key.id}`, body })),
      ),
    revoke: (caller: Caller, key: KeptKey) =>
      change(key, { action: 'key.revoked', state: { isRevoked: true } }, async () =>
        read(await caller.call({ method: 'DELETE', path: `/api/keys/${key.id}` }), 204),
      ),
    rotate(caller: Caller, key: KeptKey, overlapSeconds: number, idempotencyKey?: string) {
      const ended = overlapSeconds === 0 ? { isRevoked: true } : { expiresAt: undefined }
      recent.add(key)
      key.underWay = { action: 'key.rotated', state: { isRotated: true, ...ended } }
      const path = `/api/keys/${key.id}/rotate`
      return make(caller, {
        label: key.state.label,
        rotated: key,
        request: { method: 'POST', path, body: { overlapSeconds }, idempotencyKey },
      })
    },
  }
}

export function newKey(
  id: string,
  secret: string | undefined,
  state: State,
  rotatedFrom: string | null,
): KeptKey {
  const use = { asked: 0, accepted: [], countedBefore: 0 }
  return { id, secret, rotatedFrom, state, actions: ['key.created'], ...use }
}

function actionOf({ enabled }: Partial<State>): AuditAction {
  if (enabled === undefined) return 'key.updated'
  return enabled ? 'key.enabled' : 'key.disabled'
}

/** Decides whether a change under way was made. */
export function settle(key: KeptKey, isDone: boolean): void {
  if (key.underWay && isDone) {
    const { state, action } = key.underWay
    // A request that changes nothing leaves no event.
    if (differences(state, key.state).length > 0) key.actions.push(action)
    Object.assign(key.state, state)
  }
  key.underWay = undefined
}

/** Names what differs between two states; a value that is not known yet differs from none. */
export function differences(known: Partial<State>, found: State): string[] {
  const names = Object.keys(known) as (keyof State)[]
  return names.filter((name) => known[name] !== undefined && known[name] !== found[name])
}

/** The verdict on a key; no key expires that early. */
export function codeOf({ state }: KeptKey): string {
  if (state.isRevoked) return 'REVOKED'
  return state.enabled ? 'VALID' : 'DISABLED'
}
