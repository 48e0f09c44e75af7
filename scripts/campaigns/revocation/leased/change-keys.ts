import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../testkit/load/random.ts'
import { machineMs, type WatchedKey } from './messages.ts'

const ORGANIZATION = 'org_leases'
const ASK_AGAIN_MS = 50

/** The calls that change keys; each resolves when it has answered as done, after however long. */
export type KeyChanges = {
  prepare(): Promise<void>
  issue(): Promise<WatchedKey>
  /** Ends a key in one of several ways. @returns how long that took, from the attempt that did it */
  end(key: WatchedKey, random: Random): Promise<number>
}

/** @param signal ends the calls, which then reject */
export function keyChanges(url: string, serviceToken: string, signal: AbortSignal): KeyChanges {
  const headers = {
    Authorization: `Bearer ${serviceToken}`,
    'X-Organization-Id': ORGANIZATION,
  }

  async function call(method: string, path: string, body?: object): Promise<Response | undefined> {
    const json = { 'Content-Type': 'application/json' }
    const init = body
      ? { method, headers: { ...headers, ...json }, body: JSON.stringify(body), signal }
      : { method, headers, signal }
    // The service may be away, which it says by 503 or not at all.
    const answer = await fetch(url + path, init).catch(() => undefined)
    signal.throwIfAborted()
    return answer === undefined || answer.status === 503 ? undefined : answer
  }

  /** Calls until there is an answer. */
  async function done(method: string, path: string, body?: object): Promise<[Response, number]> {
    for (;;) {
      const startedMs = machineMs()
      const answer = await call(method, path, body)
      if (answer?.ok || answer?.status === 409) return [answer, machineMs() - startedMs]
      if (answer) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      await sleep(ASK_AGAIN_MS)
    }
  }

  return {
    async prepare() {
      const organization = { name: 'Leases', subscription: 'active' }
      await done('PUT', `/api/internal/organizations/${ORGANIZATION}`, organization)
    },
    async issue() {
      const [answer] = await done('POST', '/api/keys', { label: 'Leased' })
      const { id, key } = (await answer.json()) as { id: string; key: string }
      return { id, secret: key }
    },
    async end({ id }, random) {
      const way = random.between(0, 9)
      const path = `/api/keys/${id}`
      const [answer, tookMs] =
        way < 4
          ? await done('DELETE', path)
          : way < 5
            ? await done('POST', '/api/keys/revoke-many', { filter: { ids: [id] } })
            : way < 7
              ? await done('PATCH', path, { enabled: false })
              : way < 8
                ? await done('PATCH', path, { allowedIps: ['203.0.113.1'] })
                : await done('POST', `${path}/rotate`, { overlapSeconds: 0 })
      // An attempt that nobody answered may have done it: the key was rotated, and is ended.
      if (answer.status === 409) return (await done('DELETE', path))[1]
      return tookMs
    },
  }
}
