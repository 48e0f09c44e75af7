// Shared by the tests of a service under load.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, inject, onTestFinished } from 'vitest'
import {
  openConnection,
  requestText,
  type Answer,
  type Connection,
} from '../../../../scripts/testkit/load/connection.ts'
import { SERVICE_TOKEN } from '../../../../scripts/testkit/load/deployment.ts'
import type { Settings } from '../../../../scripts/testkit/processes/child.ts'
import type { Service } from '../../../../scripts/testkit/processes/service.ts'
import { createDatabase, dropDatabase } from '../../../../scripts/testkit/processes/postgres.ts'
import { ORGANIZATION } from '../as-service.ts'
import { runService } from '../ends.ts'
import type { Loop } from './loop-requests.ts'

const CONNECTIONS = 8
// Where cores are few, any eight connections slow down others, also with requests that cost nothing.
export const HARMLESS_PATH = '/healthz'
export const MAX_TIMES_A_HARMLESS_ONE = 2

export type Key = { id: string; secret: string }

/** Runs the service on SQLite, or on a PostgreSQL database of this name. */
export async function runLoaded(
  env: Settings = {},
  postgresName?: string | false,
): Promise<Service> {
  const settings: Settings = {
    BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
    AUTH_SECRET: 'a-secret-for-the-tests-under-load-only',
    RATE_LIMIT_PER_MINUTE: '1000000',
    LOG_LEVEL: 'warn',
    ...env,
  }
  if (postgresName) {
    settings['DATABASE_URL'] = await createDatabase(inject('postgresUrl'), postgresName)
    onTestFinished(() => dropDatabase(inject('postgresUrl'), postgresName))
  }
  const service = await runService(settings)
  const caller = await openCaller(service)
  const organization = { name: 'Load', subscription: 'active' }
  const path = `/api/internal/organizations/${ORGANIZATION}`
  expect((await caller.call('PUT', path, organization)).status).toBeLessThan(300)
  caller.close()
  return service
}

export type Caller = Awaited<ReturnType<typeof openCaller>>

/** A connection on which the organization's keys are managed. It ends with the test, or earlier. */
export async function openCaller(service: Service) {
  const connection = await connectTo(service)
  const call = (method: string, path: string, body?: object): Promise<Answer> => {
    const headers = { 'X-Organization-Id': ORGANIZATION, ...authorization }
    return connection.send([requestText(method, path, headers, body)])[0]!
  }
  return {
    call,
    async issue(body: object): Promise<Key> {
      return readKey(await call('POST', '/api/keys', body))
    },
    close: () => connection.close(),
  }
}

const authorization = { Authorization: `Bearer ${SERVICE_TOKEN}` }

export async function connectTo({ url }: Service): Promise<Connection> {
  const connection = await openConnection(Number(new URL(url).port))
  onTestFinished(() => connection.close())
  return connection
}

/** The key that an answer to making or rotating one shows. */
function readKey({ status, body }: Answer): Key {
  expect(status, body).toBe(201)
  const { id, key } = JSON.parse(body) as { id: string; key: string }
  return { id, secret: key }
}

/** Begins to ask in a loop on eight connections; the first answer has begun when it resolves. */
export async function askInLoop({ url }: Service, path: string): Promise<() => Promise<unknown>> {
  const headers = { ...authorization, 'X-Organization-Id': ORGANIZATION, Connection: 'close' }
  const request = requestText('GET', path, headers)
  const thread = new Worker(new URL('loop-requests.ts', import.meta.url), {
    workerData: { port: Number(new URL(url).port), request, connections: CONNECTIONS } as Loop,
  })
  onTestFinished(async () => void (await thread.terminate()))
  expect(await once(thread, 'message')).toEqual(['200'])
  return () => thread.terminate()
}

export function verifyText(secret: string): string {
  return requestText('POST', '/api/auth/verify', authorization, { key: secret })
}

export type Verdict = { code: string; keyId?: string }

/** @throws when it is not a verdict, such as a 503 */
export function readVerdict({ status, body }: Answer): Verdict {
  if (status !== 200) throw new Error(`no verdict: ${status} ${body}`)
  return JSON.parse(body) as Verdict
}
