import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '../server-process.ts'

const ORGANIZATION = 'org_bench_leases'

export type RevokeReport = { p50Ms: number; p99Ms: number }

const IDLE_TURNS = 3
const IDLE_MS = 3000

/** Calls the service as a manager of keys, one call at a time. */
export function revoker(url: string, serviceToken: string) {
  const headers = { Authorization: `Bearer ${serviceToken}`, 'X-Organization-Id': ORGANIZATION }
  const json = { ...headers, 'Content-Type': 'application/json' }
  async function call(method: string, path: string, body?: object): Promise<Response> {
    const init = body ? { headers: json, body: JSON.stringify(body) } : { headers }
    const answer = await fetch(url + path, { method, ...init })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`)
    return answer
  }
  return {
    async prepare(): Promise<void> {
      const organization = { name: 'Bench', subscription: 'active' }
      await call('PUT', `/api/internal/organizations/${ORGANIZATION}`, organization)
    },
    /** How long the revocation of a new key takes. */
    async revokeOne(): Promise<number> {
      const made = await call('POST', '/api/keys', { label: 'Bench' })
      const { id } = (await made.json()) as { id: string }
      const startedMs = performance.now()
      await call('DELETE', `/api/keys/${id}`)
      return performance.now() - startedMs
    },
  }
}

/** Verifiers that hold leases in a process of their own. */
export async function startIdle(
  url: string,
  serviceToken: string,
  count: number,
): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'idle-verifiers.ts')
  const child = fork(script, [url, serviceToken, `${count}`])
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the verifiers ended'))),
  ])
  return child
}

export async function endIdle(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.send('end')
  await gone
}

/** Revokes keys beside so many verifiers. */
export async function measureRevokes(
  server: ServerProcess,
  serviceToken: string,
  verifiers: number,
  revokes: number,
): Promise<RevokeReport> {
  const url = `http://127.0.0.1:${server.port}`
  const keys = revoker(url, serviceToken)
  await keys.prepare()
  const idle = verifiers > 0 ? await startIdle(url, serviceToken, verifiers) : undefined
  try {
    for (let n = 0; n < revokes / 10; n++) await keys.revokeOne()
    const took: number[] = []
    for (let n = 0; n < revokes; n++) took.push(await keys.revokeOne())
    took.sort((one, other) => one - other)
    const at = (share: number) => took[Math.floor((took.length - 1) * share)] ?? Number.NaN
    return { p50Ms: at(0.5), p99Ms: at(0.99) }
  } finally {
    if (idle) await endIdle(idle)
  }
}

/**
 * The share of a core that verifiers cost the service while nothing changes: the median over turns
 * with and without them, since a service that has worked lately still compiles and collects.
 */
export async function measureIdle(
  server: ServerProcess,
  serviceToken: string,
  verifiers: number,
): Promise<number> {
  const added: number[] = []
  for (let turn = 0; turn < IDLE_TURNS; turn++) {
    const without = await shareOfCore(server)
    const idle = await startIdle(`http://127.0.0.1:${server.port}`, serviceToken, verifiers)
    added.push((await shareOfCore(server)) - without)
    await endIdle(idle)
  }
  return added.toSorted((one, other) => one - other)[Math.floor(IDLE_TURNS / 2)] ?? Number.NaN
}

async function shareOfCore(server: ServerProcess): Promise<number> {
  await sleep(1000)
  const [before, startedMs] = [server.cost(), performance.now()]
  await sleep(IDLE_MS)
  return (server.cost().allThreadsMs - before.allThreadsMs) / (performance.now() - startedMs)
}

/** The first and second revocation while a verifier is stopped that holds a lease. */
export async function measureStopped(
  server: ServerProcess,
  serviceToken: string,
): Promise<{ firstMs: number; secondMs: number }> {
  const url = `http://127.0.0.1:${server.port}`
  const keys = revoker(url, serviceToken)
  await keys.prepare()
  const idle = await startIdle(url, serviceToken, 1)
  await keys.revokeOne()
  idle.kill('SIGSTOP')
  try {
    return { firstMs: await keys.revokeOne(), secondMs: await keys.revokeOne() }
  } finally {
    idle.kill('SIGCONT')
    await endIdle(idle)
  }
}
