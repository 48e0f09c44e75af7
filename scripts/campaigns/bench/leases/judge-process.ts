// A process that judges by copies alone: its service is a function that grants every lease.
import { createVerifier } from '../../../../shared/client/create-verifier.ts'
import { grantingService } from './granting-service.ts'

export type JudgeReport = { cpuUs: number; p99Us: number; verdictsPerSecond: number }

const [count = 1000, seconds = 3] = process.argv.slice(2).map(Number)
const WARM_UP_SECONDS = 1
const CHUNK = 2000

const keys = Array.from({ length: count }, (_, n) => `nas_${`${n}`.padStart(32, '0')}`)
const verifier = createVerifier(grantingService)
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
