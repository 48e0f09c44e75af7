import { expect, test } from 'vitest'
import { LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import { beginLeaseAt, type TestVerifier } from '../../../scripts/testkit/api/lease.ts'
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
  const keys = await Promise.all(
    Array.from({ length: count }, async () => {
      const { body } = await call('POST', '/api/keys', { label: 'A server' })
      return body as { id: string; key: string }
    }),
  )
  const revoke = async (id: string) => {
    const startedAt = performance.now()
    expect((await call('DELETE', `/api/keys/${id}`)).status).toBe(204)
    return performance.now() - startedAt
  }
  return { service, token, call, keys, revoke }
}

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
    const { service, token, keys, revoke } = await runWithKeys(workers, 8)
    const verifier = await beginLeaseAt(service.url, token)
    const seen = new Set<string>()
    let answered = 0
    const revoked = Promise.all(
      keys.map(async ({ id }) => {
        const took = await revoke(id)
        answered++
        expect(seen).toContain(id)
        return took
      }),
    )
    while (answered < keys.length) {
      const { changes, resync } = await verifier.poll()
      expect(resync).toBe(false)
      for (const { keyId } of changes) seen.add(keyId)
    }
    await revoked
    for (const { key } of keys)
      expect(await verifier.verify(key)).toMatchObject({ code: 'REVOKED', copy: { revoked: true } })
    expect(
      await (
        await fetch(`${service.url}/metrics`, {
          headers: { Authorization: 'Bearer a-token-for-metrics' },
        })
      ).text(),
    ).toMatch(/nas_lease_sessions 1\n/)
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
  expect(await revoke(keys[1]!.id)).toBeLessThan(LEASE_WAIT_MS)
})

test('a clean stop forgets no lease; where each verifier has left there is none', async () => {
  const { service, token, keys, revoke } = await runWithKeys(2, 3)
  const verifier = await beginLeaseAt(service.url, token)
  const polling = untilRefused(verifier)
  await service.stop()
  await polling
  expect(verifier.last.leaseMs).toBe(0)
  const startedAt = performance.now()
  await service.start()
  await revoke(keys[0]!.id)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)

  const again = await beginLeaseAt(service.url, token)
  await again.poll({ bye: true })
  await service.restart()
  expect(await revoke(keys[1]!.id)).toBeLessThan(LEASE_WAIT_MS)
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
