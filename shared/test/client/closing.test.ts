import { expect, onTestFinished, test, vi } from 'vitest'
import { createVerifier } from '../../client/create-verifier.ts'
import { createVerifyClient } from '../../client/verify-client.ts'
import { LEASE_MS, MAX_ROWS_OF_POLL } from '../../src/verification/lease-times.ts'
import type { LeasePoll } from '../../src/verification/leases.ts'

const resetAt = '2099-01-01T00:01:00.000Z'

function verdictOn(key: string) {
  const whom = { keyId: key, organizationId: 'org_1', label: 'Key', environment: 'production' }
  const granted = { slice: 10, minuteEndsInMs: 3_600_000, resetAt }
  const facts = { scopes: [], expiresAt: null }
  const settings = { allowedIps: [], enabled: true, revoked: false, limit: 100, expiresInMs: null }
  const copy = { asOf: 0, ...whom, ...facts, ...settings, ...granted }
  const rateLimit = { limit: 100, remaining: 89, resetAt }
  return { valid: true, code: 'VALID', ...whom, ...facts, rateLimit, copy }
}

/** A service that grants a lease, holds the poll after it, and loses what comes at the end. */
function losingService() {
  const polls: LeasePoll[] = []
  const held = Promise.withResolvers<void>()
  async function answerTo(url: string, body: string): Promise<object> {
    const asked = JSON.parse(body) as LeasePoll & { key: string }
    if (!url.endsWith('/lease')) return verdictOn(asked.key)
    polls.push(asked)
    if (polls.length === 2) await held.promise
    if (polls.length > 2) throw new Error('the network is down')
    const lease = { session: 'les_1', nonce: 'n', head: 0, leaseMs: 2000 }
    return { ...lease, changes: [], resync: false, counted: asked.batch }
  }
  return { polls, answerTo, release: held.resolve }
}

test('a verifier that is closed says so, also where its last counts are lost', async () => {
  const { polls, answerTo, release } = losingService()
  const verifier = createVerifier({
    url: 'http://127.0.0.1:1',
    serviceToken: 'nassvc_test',
    onUnavailable: 'deny',
    fetch: async (url, { body }) => {
      const text = JSON.stringify(await answerTo(url, body))
      return { status: 200, text: async () => text }
    },
  })
  await verifier.ready
  for (let n = 0; n <= MAX_ROWS_OF_POLL; n++) {
    await verifier.verify(`key_${n}`)
    if (verifier.stats().isLeased) expect(verifier.verifyNow(`key_${n}`)?.valid).toBe(true)
  }
  const closed = verifier.close()
  release()
  await closed
  expect(polls.at(-1)).toMatchObject({ session: 'les_1', bye: true })
})

/** Options with a fetch that ignores its signal, and of which one part never ends. */
const neverEnding = (endless: 'head' | 'body') => ({
  url: 'http://127.0.0.1:1',
  serviceToken: 'nassvc_test',
  onUnavailable: 'deny' as const,
  report: () => undefined,
  fetch: () =>
    endless === 'head'
      ? new Promise<never>(() => {})
      : Promise.resolve({ status: 200, text: () => new Promise<never>(() => {}) }),
})

function stopTimers() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

test.each(['head', 'body'] as const)(
  'a verifier closes in spite of a fetch that ignores its signal: %s',
  async (endless) => {
    stopTimers()
    const closed = createVerifier(neverEnding(endless)).close()
    await vi.advanceTimersByTimeAsync(LEASE_MS) // the poll under way
    await vi.advanceTimersByTimeAsync(LEASE_MS) // the last one
    await closed
  },
)

test.each(['head', 'body'] as const)(
  'a question ends in time in spite of a fetch that ignores its signal: %s',
  async (endless) => {
    stopTimers()
    const client = createVerifyClient({ ...neverEnding(endless), timeoutMs: 100 })
    const asked = client.verify('key_1')
    await vi.advanceTimersByTimeAsync(100)
    expect(await asked).toMatchObject({ valid: false, code: 'UNAVAILABLE', reason: 'TIMEOUT' })
  },
)
