import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MAX_REVOKED_AT_ONCE } from '@zentrix/shared/limits.ts'
import { DAY_MS, toMoment } from '@zentrix/shared/moment.ts'
import { slowness } from '../../../../scripts/testkit/api/slowness.ts'
import type { Service } from '../../../../scripts/testkit/processes/service.ts'
import { hashSecret } from '../../../src/crypto/hash.ts'
import { ORGANIZATION } from '../as-service.ts'
import {
  askInLoop,
  connectTo,
  HARMLESS_PATH,
  MAX_TIMES_A_HARMLESS_ONE,
  openCaller,
  runLoaded,
  verifyText,
  type Caller,
} from './load.ts'

const MAX_MS = 2000
const MAX_TIMES_AS_LONG = 5
const USUAL_MS = 1000
// Other work on the machine can slow down one measurement, but not all of them.
const ATTEMPTS = 5
const TIMEOUT_MS = 300_000

const beganMs = Date.now()

test(
  '1,000 keys end within two seconds on SQLite, and verification goes on beside it',
  { timeout: TIMEOUT_MS },
  async () => {
    const service = await runLoaded()
    const caller = await openCaller(service)
    const { secret } = await caller.issue({ label: 'asked about' })
    await importKeys(service)
    const slow: string[] = []
    while (slow.length < ATTEMPTS) {
      const usualMs = p99(await verifyWhile(service, secret, lasting(USUAL_MS)))
      const { tookMs, besideMs } = await endBeside(service, caller, { secret, part: slow.length })
      const stop = await askInLoop(service, HARMLESS_PATH)
      const harmlessMs = p99(await verifyWhile(service, secret, lasting(tookMs)))
      await stop()
      const maxMs = Math.max(MAX_TIMES_AS_LONG * usualMs, MAX_TIMES_A_HARMLESS_ONE * harmlessMs)
      if (tookMs < MAX_MS * slowness() && besideMs < maxMs) return
      slow.push(`took ${tookMs} ms; verified in ${besideMs} ms, not ${maxMs}`)
    }
    expect(slow).toEqual([])
  },
)

type Part = { secret: string; part: number }

/** Ends 1,000 keys. @returns how long that took, and a verification beside it */
async function endBeside(service: Service, caller: Caller, { secret, part }: Part) {
  const body = { filter: { createdBefore: dayOf(part + 1) }, expect: MAX_REVOKED_AT_ONCE }
  const startedAt = performance.now()
  let tookMs: number | undefined
  const ending = caller.call('POST', '/api/keys/revoke-many', body).finally(() => {
    tookMs = performance.now() - startedAt
  })
  const times = await verifyWhile(service, secret, () => tookMs === undefined)
  const answer = await ending
  expect(answer.status, answer.body).toBe(200)
  return { tookMs: tookMs!, besideMs: p99(times) }
}

/** How long each verification took of those that followed each other while something went on. */
async function verifyWhile(
  service: Service,
  secret: string,
  goesOn: () => boolean,
): Promise<number[]> {
  const connection = await connectTo(service)
  const times: number[] = []
  do {
    const startedAt = performance.now()
    const { status } = await connection.send([verifyText(secret)])[0]!
    times.push(performance.now() - startedAt)
    expect(status).toBe(200)
  } while (goesOn())
  connection.close()
  return times
}

/** Says yes for a time from now on. */
function lasting(ms: number): () => boolean {
  const untilMs = performance.now() + ms
  return () => performance.now() < untilMs
}

function p99(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!
}

/** Imports as many keys as all attempts end, those of each made on a day of its own. */
async function importKeys(service: Service): Promise<void> {
  const lines = Array.from({ length: ATTEMPTS * MAX_REVOKED_AT_ONCE }, (_, at) =>
    JSON.stringify({
      sha256: hashSecret(`imported ${at}`).toString('hex'),
      label: `Imported ${at}`,
      last4: 'last',
      createdAt: dayOf(Math.floor(at / MAX_REVOKED_AT_ONCE)),
    }),
  )
  const file = join(service.dir, 'keys.jsonl')
  writeFileSync(file, lines.join('\n'))
  const { code, stderr } = await service.keys('import', '--organization', ORGANIZATION, file)
  expect(code, stderr).toBe(0)
}

function dayOf(part: number): string {
  return toMoment(beganMs - (2 * ATTEMPTS - part) * DAY_MS)
}
