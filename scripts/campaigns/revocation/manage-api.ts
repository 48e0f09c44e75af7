import { requestText, type Answer, type Connection } from '../../testkit/load/connection.ts'
import { nowMs, type Change, type Span } from '../../testkit/load/history.ts'
import type { Key } from '../../testkit/load/key-pool.ts'
import { Unavailable } from '../../testkit/load/lasting-connection.ts'
import { AGENT, unexpected } from '../../testkit/load/ask.ts'

const ORGANIZATION = 'org_revocation'

/** The calls with which a manager changes keys; what was done is noted in the key's history. */
export type ManageApi = {
  issue(label: string): Promise<Key>
  disable(key: Key): Promise<boolean>
  enable(key: Key): Promise<boolean>
  rename(key: Key, label: string): Promise<boolean>
  revoke(key: Key): Promise<boolean>
  /** Ends the keys together, by one call for all that fit. @returns whether it did */
  revokeMany(keys: Key[]): Promise<boolean>
  /** Ends a key for a new one; undefined where the key has ended or was rotated already. */
  rotate(key: Key, overlapSeconds: number): Promise<Key | undefined>
}

type What = Omit<Change, keyof Span>

type Call = (method: string, path: string, body?: object) => Promise<Answer>

export function manageApi(connection: Connection, serviceToken: string): ManageApi {
  const call = callWith(connection, serviceToken)

  /**
   * Whether it was done; a key that has ended meanwhile cannot be changed (409).
   *
   * @throws {Unavailable} when nobody said whether it was
   */
  async function change(
    key: Key,
    what: What,
    [method, path, body]: Parameters<Call>,
    done: number,
  ): Promise<Answer | undefined> {
    const startMs = nowMs()
    try {
      const answer = await call(method, `/api/keys/${key.id}${path}`, body)
      if (answer.status === 409) return undefined
      if (answer.status !== done) throw unexpected(answer)
      key.history.changes.push(changeOf(what, answer))
      return answer
    } catch (error) {
      if (error instanceof Unavailable)
        key.history.changes.push({ ...what, startMs, endMs: Infinity })
      throw error
    }
  }
  const patch = async (key: Key, what: What, body: object) =>
    (await change(key, what, ['PATCH', '', body], 200)) !== undefined

  return {
    async issue(label) {
      return keyIn(await call('POST', '/api/keys', { label }))
    },
    disable: (key) => patch(key, { kind: 'disable' }, { enabled: false }),
    enable: (key) => patch(key, { kind: 'enable' }, { enabled: true }),
    rename: (key, label) => patch(key, { kind: 'rename' }, { label }),
    async revoke(key) {
      return (await change(key, { kind: 'revoke' }, ['DELETE', ''], 204)) !== undefined
    },
    async revokeMany(keys) {
      const what: What = { kind: 'revoke' }
      const filter = { ids: keys.map(({ id }) => id) }
      const startMs = nowMs()
      try {
        const answer = await call('POST', '/api/keys/revoke-many', { filter, expect: keys.length })
        if (answer.status === 409) return false
        if (answer.status !== 200) throw unexpected(answer)
        for (const { history } of keys) history.changes.push(changeOf(what, answer))
        return true
      } catch (error) {
        if (error instanceof Unavailable)
          for (const { history } of keys)
            history.changes.push({ ...what, startMs, endMs: Infinity })
        throw error
      }
    },
    async rotate(key, overlapSeconds) {
      const overlapMs = overlapSeconds * 1000
      const what: What = overlapMs === 0 ? { kind: 'rotate' } : { kind: 'overlap', overlapMs }
      const rotated = await change(key, what, ['POST', '/rotate', { overlapSeconds }], 201)
      return rotated && keyIn(rotated)
    },
  }
}

/** Makes the organization whose keys are changed, and the agent that widget tokens are for. */
export async function prepareCatalog(connection: Connection, serviceToken: string): Promise<void> {
  const call = callWith(connection, serviceToken)
  const organization = { name: 'Revocation', subscription: 'active' }
  const agent = { name: 'Revocation', active: true }
  for (const answer of [
    await call('PUT', `/api/internal/organizations/${ORGANIZATION}`, organization),
    await call('PUT', `/api/internal/agents/${AGENT}`, agent),
  ])
    if (answer.status >= 300) throw unexpected(answer)
}

function callWith(connection: Connection, serviceToken: string): Call {
  const headers = { Authorization: `Bearer ${serviceToken}`, 'X-Organization-Id': ORGANIZATION }
  return (method, path, body) => connection.send([requestText(method, path, headers, body)])[0]!
}

function changeOf(what: What, { startMs, endMs }: Answer): Change {
  return { ...what, startMs, endMs }
}

function keyIn(answer: Answer): Key {
  if (answer.status !== 201) throw unexpected(answer)
  const { id, key } = JSON.parse(answer.body) as { id: string; key: string }
  const history = { keyId: id, changes: [changeOf({ kind: 'issue' }, answer)], asks: [] }
  return { id, secret: key, history, underWay: 0 }
}
