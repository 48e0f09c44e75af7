// What a test knows of keys: what was acknowledged, what was under way, and how they were used.
import type { Span } from '../../../scripts/revocation/history.ts'
import type { ApiKey } from '@zentrix/shared/keys.ts'
import type { AuditAction } from '@zentrix/shared/audit.ts'
import { readKey, type Caller, type Key } from './load.ts'

type State = { label: string; enabled: boolean; isRevoked: boolean; isRotated: boolean }

type Change = { action: AuditAction; state: Partial<State> }

export type KeptKey = Key & {
  /** As it was acknowledged last. */
  state: State
  /** What the log has to tell of it, in this order. */
  actions: AuditAction[]
  /** Sent, and not answered yet: it may be done or not. */
  underWay?: Change | undefined
  /** Questions sent, and answers that accepted the key, since its uses were last looked up. */
  asked: number
  accepted: Span[]
  /** Its accepted uses, as they were looked up last. */
  countedBefore: number
}

export type KeptKeys = ReturnType<typeof keptKeys>

export function keptKeys() {
  const keys: KeptKey[] = []
  let creationsUnderWay = 0

  async function create(label: string, makes: () => Promise<Key>): Promise<KeptKey> {
    creationsUnderWay++
    const made = await makes()
    creationsUnderWay--
    const state = { label, enabled: true, isRevoked: false, isRotated: false }
    const use = { asked: 0, accepted: [], countedBefore: 0 }
    const key: KeptKey = { ...made, state, actions: ['key.created'], ...use }
    keys.push(key)
    return key
  }

  async function change<T>(key: KeptKey, what: Change, makes: () => Promise<T>): Promise<T> {
    key.underWay = what
    const done = await makes()
    settle(key, true)
    return done
  }

  return {
    all: keys,
    /** Creations that were never answered, once nothing is under way any more. */
    creationsCutOff: () => creationsUnderWay,
    issue: (caller: Caller, label: string) => create(label, () => caller.issue({ label })),
    rename: (caller: Caller, key: KeptKey, label: string) =>
      change(key, { action: 'key.updated', state: { label } }, () => patch(caller, key, { label })),
    setEnabled: (caller: Caller, key: KeptKey, enabled: boolean) =>
      change(key, { action: enabled ? 'key.enabled' : 'key.disabled', state: { enabled } }, () =>
        patch(caller, key, { enabled }),
      ),
    revoke: (caller: Caller, key: KeptKey) =>
      change(key, { action: 'key.revoked', state: { isRevoked: true } }, async () => {
        expectStatus(await caller.call('DELETE', `/api/keys/${key.id}`), 204)
      }),
    rotate: (caller: Caller, key: KeptKey) =>
      create(key.state.label, () =>
        change(key, { action: 'key.rotated', state: { isRotated: true } }, async () => {
          const path = `/api/keys/${key.id}/rotate`
          return readKey(await caller.call('POST', path, { overlapSeconds: 3600 }))
        }),
      ),
  }
}

/** Decides what became of a change under way. */
export function settle(key: KeptKey, isDone: boolean): void {
  if (key.underWay && isDone) {
    Object.assign(key.state, key.underWay.state)
    key.actions.push(key.underWay.action)
  }
  key.underWay = undefined
}

export function stateOf({ label, enabled, revokedAt, rotatedTo }: ApiKey): State {
  return { label, enabled, isRevoked: revokedAt !== null, isRotated: rotatedTo !== null }
}

/** What verifying a key is answered with. */
export function codeOf({ state }: KeptKey): string {
  if (state.isRevoked) return 'REVOKED'
  return state.enabled ? 'VALID' : 'DISABLED'
}

async function patch({ call }: Caller, { id }: Key, body: object): Promise<void> {
  expectStatus(await call('PATCH', `/api/keys/${id}`, body), 200)
}

function expectStatus({ status, body }: { status: number; body: string }, wanted: number): void {
  if (status !== wanted) throw new Error(`not done: ${status} ${body}`)
}
