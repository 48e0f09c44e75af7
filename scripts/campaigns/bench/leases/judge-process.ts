// A process that judges by copies alone: its service is a function that grants every lease.
import { createVerifier } from '../../../../shared/client/create-verifier.ts'

export type JudgeReport = { cpuUs: number; p99Us: number; verdictsPerSecond: number }

const [count = 1000, seconds = 3] = process.argv.slice(2).map(Number)
const WARM_UP_SECONDS = 1
const CHUNK = 2000
const HOLD_MS = 400
const FULL_POLL_BYTES = 20_000

const keys = Array.from({ length: count }, (_, n) => `nas_${`${n}`.padStart(32, '0')}`)
let polls = 0

/** What the service answers, without the service: a lease, and copies with all of their budget. */
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

const verifier = createVerifier({
  url: 'http://127.0.0.1:1',
  serviceToken: 'nassvc_bench',
  onUnavailable: 'deny',
  fetch: async (url, { body }) => {
    const text = JSON.stringify(await answerTo(url, body))
    return { status: 200, text: async () => text }
  },
})
await verifier.ready
for (const [n, key] of keys.entries()) {
  await verifier.verify(key)
  if (n % CHUNK === 0) await new Promise((resolve) => setImmediate(resolve))
}

let at = 0
function judgeChunk(): void {
  for (let n = 0; n < CHUNK; n++) {
    // In an order that no cache of the processor foresees.
    at = (at + 7919) % count
    if (verifier.verifyNow(keys[at] ?? '')?.valid !== true) throw new Error('there was no copy')
  }
}

/** Turns of the event loop in between, so that polls are answered. */
async function judgeFor(lengthMs: number): Promise<number> {
  const endMs = performance.now() + lengthMs
  let chunks = 0
  for (; performance.now() < endMs; chunks++) {
    judgeChunk()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return chunks * CHUNK
}

await judgeFor(WARM_UP_SECONDS * 1000)
const before = process.cpuUsage()
const startedMs = performance.now()
const verdicts = await judgeFor(seconds * 1000)
const elapsedMs = performance.now() - startedMs
const { user, system } = process.cpuUsage(before)

const took: number[] = []
for (let n = 0; n < 200_000; n++) {
  at = (at + 7919) % count
  const from = process.hrtime.bigint()
  verifier.verifyNow(keys[at] ?? '')
  took.push(Number(process.hrtime.bigint() - from))
  if (n % CHUNK === 0) await new Promise((resolve) => setImmediate(resolve))
}
took.sort((one, other) => one - other)
await verifier.close()
const report: JudgeReport = {
  cpuUs: (user + system) / verdicts,
  p99Us: (took[Math.floor(took.length * 0.99)] ?? 0) / 1000,
  verdictsPerSecond: (verdicts / elapsedMs) * 1000,
}
process.stdout.write(`${JSON.stringify(report)}\n`)
