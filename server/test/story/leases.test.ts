import { expect, test } from 'vitest'
import { LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import { beginLeaseAt, playInTime, type TestVerifier } from '../../../scripts/testkit/api/lease.ts'
import { slowness } from '../../../scripts/testkit/api/slowness.ts'
import { callService, makeServiceToken, ORGANIZATION } from './as-service.ts'
import { runService } from './ends.ts'

async function runWithKeys(workers: number, count: number) {
  const service = await runService({ WORKERS: `${workers}`, METRICS_TOKEN: 'a-token-for-metrics' })
  const token = await makeServiceToken(service, 'keys:verify,keys:manage,catalog:write')
  const call = (method: string, path: string, content?: object) =>
    callService(service, token, method, path, content)
  await call('PUT', `/api/internal/organizations/${ORGANIZATION}`, {
    name: 'Leases',
    subscription: 'active',
  })
  const issue = (many: number) =>
    Promise.all(
      Array.from({ length: many }, async () => {
        const { body } = await call('POST', '/api/keys', { label: 'A server' })
        return body as { id: string; key: string }
      }),
    )
  const keys = await issue(count)
  const revoke = async (id: string) => {
    const startedAt = performance.now()
    expect((await call('DELETE', `/api/keys/${id}`)).status).toBe(204)
    return performance.now() - startedAt
  }
  return { service, token, issue, keys, revoke }
}

const MAX_STOPS = 5

async function untilRefused(verifier: TestVerifier): Promise<void> {
  try {
    while ((await verifier.poll()).leaseMs > 0);
  } catch {
    // Nobody listens there any more.
  }
}

test.each([1, 2])(
  'with %i threads, a change waits for a verifier, whichever it asked',
  async (workers) => {
    const { service, token, issue, revoke } = await runWithKeys(workers, 0)
    let keys: { id: string; key: string }[] = []
    const begin = async () => {
      keys = await issue(8)
      return beginLeaseAt(service.url, token)
    }
    await playInTime(begin, async (verifier) => {
      const seen = new Set<string>()
      const unseen: string[] = []
      let answered = 0
      const revoked = keys.map(async ({ id }) => {
        await revoke(id)
        answered++
        if (!seen.has(id)) unseen.push(id)
      })
      while (answered < keys.length) {
        const { changes, resync } = await verifier.poll()
        expect(resync).toBe(false)
        for (const { keyId } of changes) seen.add(keyId)
      }
      await Promise.all(revoked)
      expect(unseen).toEqual([])
      for (const { key } of keys)
        expect(await verifier.verify(key)).toMatchObject({
          code: 'REVOKED',
          copy: { revoked: true },
        })
      const headers = { Authorization: 'Bearer a-token-for-metrics' }
      const metrics = await (await fetch(`${service.url}/metrics`, { headers })).text()
      expect(metrics).toMatch(/nas_lease_sessions 1\n/)
    })
  },
)

test('after a crash a change is answered only when the leases from before have run out', async () => {
  const { service, token, keys, revoke } = await runWithKeys(1, 3)
  await beginLeaseAt(service.url, token)
  await service.kill()
  const startedAt = performance.now()
  await service.start()
  await revoke(keys[0]!.id)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
  expect(await revoke(keys[1]!.id)).toBeLessThan(LEASE_WAIT_MS * slowness())
})

test('a clean stop forgets no lease; where each verifier has left there is none', async () => {
  const { service, token, keys, revoke } = await runWithKeys(2, 3)
  const beginAndStop = async () => {
    const verifier = await beginLeaseAt(service.url, token)
    const polling = untilRefused(verifier)
    await service.stop()
    await polling
    return verifier.last.leaseMs
  }
  // Between two polls no answer is there to say it.
  let leaseMs = await beginAndStop()
  for (let stops = 1; leaseMs > 0 && stops < MAX_STOPS; stops++) {
    await service.start()
    leaseMs = await beginAndStop()
  }
  expect(leaseMs).toBe(0)
  const startedAt = performance.now()
  await service.start()
  await revoke(keys[0]!.id)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)

  const again = await beginLeaseAt(service.url, token)
  await again.poll({ bye: true })
  await service.restart()
  expect(await revoke(keys[1]!.id)).toBeLessThan(LEASE_WAIT_MS * slowness())
})

test('a command that ends a service token waits for the leases that may be running', async () => {
  const { service, token } = await runWithKeys(1, 0)
  const list = await service.keys('service-token', 'list')
  const [id = ''] = list.stdout.split('\t')
  const verifier = await beginLeaseAt(service.url, token)
  const startedAt = performance.now()
  const revoked = await service.keys('service-token', 'revoke', id)
  expect(revoked.code, revoked.stderr).toBe(0)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
  await expect(verifier.poll()).rejects.toThrow('401')
})
