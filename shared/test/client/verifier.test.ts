import { expect, onTestFinished, test } from 'vitest'
import { testApi } from '../../../scripts/testkit/api/kit.ts'
import { createVerifier, type VerifierOptions } from '../../client/create-verifier.ts'
import type { Incident } from '../../client/service/incidents.ts'
import { LEASE_MS } from '../../src/verification/lease-times.ts'
import { serviceWithClient, wireTo } from './kit.ts'

/** A verifier of a running service, closed when the test has finished. */
async function verifierOf(options: Partial<VerifierOptions> & { url: string; token: string }) {
  const { token: serviceToken, ...rest } = options
  const incidents: Incident[] = []
  const report = (incident: Incident) => void incidents.push(incident)
  const verifier = createVerifier({ serviceToken, onUnavailable: 'deny', report, ...rest })
  onTestFinished(() => verifier.close())
  await verifier.ready
  return { ...verifier, incidents }
}

test('a key that was asked about is judged in this process', async () => {
  const { api, owner, serviceToken } = await serviceWithClient()
  const { key, id } = await api.issueKey(owner, { rateLimitPerMinute: 100_000 })
  const verifier = await verifierOf({ url: api.address, token: serviceToken })
  expect(verifier.verifyNow(key)).toBeUndefined()
  expect(await verifier.verify(key)).toMatchObject({ valid: true, keyId: id, source: 'service' })
  const verdict = verifier.verifyNow(key)
  expect(verdict).toMatchObject({ valid: true, code: 'VALID', keyId: id, source: 'lease' })
  expect(verifier.verifyNow('nas_unknown')).toBeUndefined()
  const stats = { isLeased: true, copies: 1, fromLease: 1, fromService: 1 }
  expect(verifier.stats()).toEqual(stats)
})

test('a copy refuses as the service would', async () => {
  const { api, owner, serviceToken } = await serviceWithClient()
  const settings = { scopes: ['read'], allowedIps: ['10.0.0.0/8'], rateLimitPerMinute: 100_000 }
  const { key } = await api.issueKey(owner, settings)
  const verifier = await verifierOf({ url: api.address, token: serviceToken })
  await verifier.verify(key, { ip: '10.1.1.1' })
  expect(verifier.verifyNow(key)).toMatchObject({ code: 'IP_NOT_ALLOWED', source: 'lease' })
  const question = { ip: '[10.1.1.1]:443', scopes: ['write'] }
  expect(verifier.verifyNow(key, question)).toMatchObject({ code: 'INSUFFICIENT_SCOPE' })
  expect(() => verifier.verifyNow(key, { cost: -1 })).toThrow('cost')
})

test.each(['DELETE', 'disable', 'narrow'])(
  'once %s has answered, no verifier of two says yes',
  async (change) => {
    const { api, owner, serviceToken } = await serviceWithClient()
    const { key, id } = await api.issueKey(owner, { rateLimitPerMinute: 100_000 })
    const options = { url: api.address, token: serviceToken }
    const verifiers = [await verifierOf(options), await verifierOf(options)]
    for (const verifier of verifiers) {
      await verifier.verify(key)
      expect(verifier.verifyNow(key)?.valid).toBe(true)
    }
    const patch = change === 'disable' ? { enabled: false } : { scopes: ['other'] }
    if (change === 'DELETE') await owner.agent.delete(`/api/keys/${id}`).expect(204)
    else await owner.agent.patch(`/api/keys/${id}`).send(patch).expect(200)
    for (const verifier of verifiers) {
      expect(verifier.verifyNow(key, { scopes: ['read'] })?.valid ?? false).toBe(false)
      expect((await verifier.verify(key, { scopes: ['read'] })).valid).toBe(false)
    }
    expect(api.ctx.metrics.leases.ranOut).toBe(0)
  },
)

test('an outage goes unnoticed while the lease runs, and then onUnavailable decides', async () => {
  const { api, owner, serviceToken } = await serviceWithClient()
  const { key } = await api.issueKey(owner, { rateLimitPerMinute: 100_000 })
  const wire = await wireTo(api.address)
  const verifier = await verifierOf({ url: wire.address, token: serviceToken })
  await verifier.verify(key)
  const downAt = performance.now()
  await wire.down()
  const during = verifier.verifyNow(key)
  if (performance.now() - downAt < LEASE_MS / 4) expect(during?.valid).toBe(true)
  await expect.poll(() => verifier.stats().isLeased).toBe(false)
  expect(verifier.verifyNow(key)).toBeUndefined()
  expect(await verifier.verify(key)).toMatchObject({ valid: false, code: 'UNAVAILABLE' })
  await wire.up()
  await expect.poll(() => verifier.stats().isLeased).toBe(true)
  expect(await verifier.verify(key)).toMatchObject({ valid: true, source: 'service' })
})

test('two verifiers never take more than the limit of a minute, and all uses are counted', async () => {
  const { api, owner, serviceToken } = await serviceWithClient()
  const { key, id } = await api.issueKey(owner, { rateLimitPerMinute: 60 })
  const options = { url: api.address, token: serviceToken }
  const verifiers = [await verifierOf(options), await verifierOf(options)]
  let accepted = 0
  let refused = 0
  for (let n = 0; n < 100; n++)
    for (const verifier of verifiers) {
      const { valid } = await verifier.verify(key)
      if (valid) accepted++
      else refused++
    }
  expect(accepted).toBeLessThanOrEqual(60)
  expect(accepted).toBeGreaterThan(40)
  const leased = verifiers.map((verifier) => verifier.stats().fromLease)
  expect(Math.max(...leased)).toBeGreaterThan(0)
  for (const verifier of verifiers) await verifier.close()
  const { body } = await owner.agent.get(`/api/keys/${id}/usage`).expect(200)
  const sum = (code: string) =>
    body.data.reduce((all: number, { counts }: { counts: Record<string, number> }) => {
      return all + (counts[code] ?? 0)
    }, 0)
  expect({ accepted: sum('VALID'), refused: sum('RATE_LIMITED') }).toEqual({ accepted, refused })
})

test('after it was closed a verifier asks, and no change waits for it', async () => {
  const { api, owner, serviceToken } = await serviceWithClient()
  const { key, id } = await api.issueKey(owner)
  const verifier = await verifierOf({ url: api.address, token: serviceToken })
  await verifier.verify(key)
  await verifier.close()
  expect(verifier.verifyNow(key)).toBeUndefined()
  expect(await verifier.verify(key)).toMatchObject({ valid: true, source: 'service' })
  expect(api.ctx.leases.running()).toBe(0)
  await owner.agent.delete(`/api/keys/${id}`).expect(204)
  expect(api.ctx.metrics.leases.ranOut).toBe(0)
})

test('a token without the scope gets no lease, and that is reported', async () => {
  const api = await testApi()
  const token = await api.serviceToken({ scopes: ['keys:manage'] })
  const verifier = await verifierOf({ url: api.address, token })
  expect(verifier.stats().isLeased).toBe(false)
  expect(verifier.incidents).toEqual([
    { type: 'misconfigured', message: 'The service token may not verify keys (403)' },
  ])
})
