import { requestText, type Answer, type Connection } from './connection.ts'
import type { Change, ChangeKind } from './history.ts'
import type { Key } from './key-pool.ts'
import { AGENT, unexpected } from './ask.ts'

const ORGANIZATION = 'org_revocation'

/** The calls with which a manager changes keys; what was done is noted in the key's history. */
export type ManageApi = {
  issue(label: string): Promise<Key>
  disable(key: Key): Promise<boolean>
  enable(key: Key): Promise<boolean>
  rename(key: Key, label: string): Promise<boolean>
  revoke(key: Key): Promise<boolean>
  /** Ends a key for a new one; undefined where the key has ended already. */
  rotate(key: Key): Promise<Key | undefined>
}

type Call = (method: string, path: string, body?: object) => Promise<Answer>

export function manageApi(connection: Connection, serviceToken: string): ManageApi {
  const call = callWith(connection, serviceToken)

  /** Whether it was done; a key that has ended meanwhile cannot be changed (409). */
  async function change(
    key: Key,
    kind: ChangeKind,
    [method, path, body]: Parameters<Call>,
    done: number,
  ): Promise<Answer | undefined> {
    const answer = await call(method, `/api/keys/${key.id}${path}`, body)
    if (answer.status === 409) return undefined
    if (answer.status !== done) throw unexpected(answer)
    key.history.changes.push(changeOf(kind, answer))
    return answer
  }
  const patch = async (key: Key, kind: ChangeKind, body: object) =>
    (await change(key, kind, ['PATCH', '', body], 200)) !== undefined

  return {
    async issue(label) {
      return keyIn(await call('POST', '/api/keys', { label }))
    },
    disable: (key) => patch(key, 'disable', { enabled: false }),
    enable: (key) => patch(key, 'enable', { enabled: true }),
    rename: (key, label) => patch(key, 'rename', { label }),
    async revoke(key) {
      return (await change(key, 'revoke', ['DELETE', ''], 204)) !== undefined
    },
    async rotate(key) {
      const rotated = await change(key, 'rotate', ['POST', '/rotate', { overlapSeconds: 0 }], 201)
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

/** Whether the service rotates keys at all, tried on a key of its own. */
export async function canRotate(connection: Connection, serviceToken: string): Promise<boolean> {
  const api = manageApi(connection, serviceToken)
  const key = await api.issue('Can it be rotated?')
  const call = callWith(connection, serviceToken)
  const { status } = await call('POST', `/api/keys/${key.id}/rotate`, { overlapSeconds: 0 })
  if (status === 404) await api.revoke(key)
  return status !== 404
}

function callWith(connection: Connection, serviceToken: string): Call {
  const headers = { Authorization: `Bearer ${serviceToken}`, 'X-Organization-Id': ORGANIZATION }
  return (method, path, body) => connection.send([requestText(method, path, headers, body)])[0]!
}

function changeOf(kind: ChangeKind, { startMs, endMs }: Answer): Change {
  return { kind, startMs, endMs }
}

function keyIn(answer: Answer): Key {
  if (answer.status !== 201) throw unexpected(answer)
  const { id, key } = JSON.parse(answer.body) as { id: string; key: string }
  const history = { keyId: id, changes: [changeOf('issue', answer)], asks: [] }
  return { id, secret: key, history, underWay: 0 }
}
