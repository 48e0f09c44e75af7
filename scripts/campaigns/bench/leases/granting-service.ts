// A service in the verifier's own process, so that none of its work is in a figure.
import type { VerifierOptions } from '../../../../shared/client/create-verifier.ts'

const HOLD_MS = 400
const FULL_POLL_BYTES = 20_000

let polls = 0

/** The service's answers, without the service: a lease, and copies with all of their budget. */
async function answerTo(url: string, body: string): Promise<object> {
  if (url.endsWith('/lease')) {
    // Read no further, so that the service's work is not in the figure.
    const head = body.slice(0, 200)
    if (!head.includes('"session":null') && body.length < FULL_POLL_BYTES)
      await new Promise((resolve) => setTimeout(resolve, HOLD_MS))
    const counted = Number(/"batch":(\d+)/.exec(head)?.[1] ?? 0)
    const lease = { session: 'les_bench', nonce: `${polls++}`, head: 0, leaseMs: 2000 }
    return { ...lease, changes: [], resync: false, counted }
  }
  const asked = JSON.parse(body) as { key: string }
  const resetAt = '2099-01-01T00:01:00.000Z'
  const keyId = `key_${asked.key.slice(-24)}`
  const whom = { keyId, organizationId: 'org_bench', label: 'Key', environment: 'production' }
  const rateLimit = { limit: 1_000_000, remaining: 1_000_000, resetAt }
  const facts = { allowedIps: [], enabled: true, revoked: false, limit: 1_000_000 }
  const expiry = { expiresAt: null, expiresInMs: null }
  const slice = { slice: 1_000_000_000, minuteEndsInMs: 3_600_000, resetAt }
  const copy = { asOf: 0, ...whom, scopes: [], ...facts, ...expiry, ...slice }
  return { valid: true, code: 'VALID', ...whom, scopes: [], expiresAt: null, rateLimit, copy }
}

/** Options of a verifier that is granted every lease, and every budget. */
export const grantingService: VerifierOptions = {
  url: 'http://127.0.0.1:1',
  serviceToken: 'nassvc_bench',
  onUnavailable: 'deny',
  fetch: async (url, { body }) => {
    const text = JSON.stringify(await answerTo(url, body))
    return { status: 200, text: async () => text }
  },
}
