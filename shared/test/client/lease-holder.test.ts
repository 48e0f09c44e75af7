import { expect, onTestFinished, test } from 'vitest'
import { createVerifier } from '../../client/create-verifier.ts'
import { leaseHolder } from '../../client/leases/lease-holder.ts'
import type { KeyCopy, LeaseAnswer } from '../../src/verification/leases.ts'

const RESET_AT = '2030-01-01T00:01:00.000Z'
const now = { monoMs: 1000, wallMs: 1_000_000 }

function copyAsOf(asOf: number): KeyCopy {
  const whom = { keyId: 'key_1', organizationId: 'org_1', label: 'A' }
  const facts = { scopes: [], allowedIps: [], enabled: true, revoked: false, limit: 100 }
  const slice = { slice: 10, minuteEndsInMs: 60_000, resetAt: RESET_AT }
  return { asOf, ...whom, environment: 'production', ...facts, ...unending, ...slice }
}

const unending = { expiresAt: null, expiresInMs: null }

function leaseUpTo(head: number, changes: LeaseAnswer['changes'] = []): LeaseAnswer {
  const lease = { session: 'les_1', nonce: `${head}`, head, leaseMs: 2000 }
  return { ...lease, changes, resync: false, counted: null }
}

/** A holder with a lease, which has applied all changes up to this one. */
function holderUpTo(head: number) {
  const holder = leaseHolder({ maxCopies: 10 })
  const answer = (given: LeaseAnswer) => holder.answered(holder.poll(now).number, given, now)
  answer(leaseUpTo(head))
  const judge = (scopes: string[] = []) =>
    holder.judge('hash', scopes, null, 1, now.monoMs, now.wallMs)
  return { ...holder, answer, judge }
}

test('a copy is kept that is as new as what was applied when it was asked for', () => {
  const holder = holderUpTo(5)
  holder.keep(holder.ask(now), 'hash', copyAsOf(5), now)
  expect(holder.judge()).toMatchObject({ valid: true })
})

test('an answer from before a change that was applied is not kept, nor is its slice given back', () => {
  const holder = holderUpTo(5)
  holder.keep(holder.ask(now), 'hash', copyAsOf(4), now)
  expect(holder.judge()).toBeUndefined()
  expect(holder.poll(now).body.unused).toEqual([])
})

test('nor is one that a change overtook, whose slice goes back', () => {
  const holder = holderUpTo(5)
  const asking = holder.ask(now)
  holder.answer(leaseUpTo(6, [{ seq: 6, keyId: 'key_1' }]))
  holder.keep(asking, 'hash', copyAsOf(5), now)
  expect(holder.judge()).toBeUndefined()
  expect(holder.poll(now).body.unused).toEqual([{ keyId: 'key_1', resetAt: RESET_AT, units: 10 }])
})

test('refused uses are reported with the scopes that they asked for, those of each alike', () => {
  const holder = holderUpTo(5)
  holder.keep(holder.ask(now), 'hash', { ...copyAsOf(5), scopes: ['a'] }, now)
  for (const scopes of [['a'], ['b'], ['a', 'b'], ['b'], ['a'], []]) {
    holder.judge(scopes)
    scopes.push('changed later')
  }
  const { uses } = holder.poll(now).body
  const refused = uses.filter(({ code }) => code === 'INSUFFICIENT_SCOPE')
  expect(refused.map(({ scopes, count }) => [scopes, count])).toEqual([
    [['b'], 2],
    [['a', 'b'], 1],
  ])
  const accepted = uses.filter(({ code }) => code === 'VALID')
  expect(accepted.reduce((sum, { count }) => sum + count, 0)).toBe(3)
  for (const use of accepted) expect(use).not.toHaveProperty('scopes')
})

test('a poll with all the scopes it may name fits into 64 KiB, and the rest comes with the next', () => {
  const holder = leaseHolder({ maxCopies: 1000 })
  const keys = Array.from({ length: 300 }, (_, at) => `key_${'0'.repeat(23)}${at + 100}`)
  holder.answered(holder.poll(now).number, leaseUpTo(5), now)
  const ip = '2001:0db8:85a3:0000:0000:8a2e:0370:7334'
  const scopes = Array.from({ length: 50 }, (_, at) => `${at}`.padStart(100, 'x'))
  for (const keyId of keys) {
    holder.keep(holder.ask(now), keyId, { ...copyAsOf(5), keyId, scopes: ['a'] }, now)
    const asked = scopes.slice(0, keyId.endsWith('7') ? 50 : 1)
    holder.judge(keyId, asked, ip, 1, now.monoMs, now.wallMs)
  }
  holder.answered(holder.poll(now).number, leaseUpTo(6), now)
  const reported: string[] = []
  for (let batch = 1; reported.length < keys.length; batch++) {
    const { number, body } = holder.poll(now)
    const unused = keys.slice(0, 200).map((keyId) => ({ keyId, resetAt: RESET_AT, units: 100_000 }))
    expect(JSON.stringify({ ...body, unused }).length).toBeLessThan(64 * 1024)
    expect(holder.hasMoreUses()).toBe(reported.length + body.uses.length < keys.length)
    reported.push(...body.uses.map(({ keyId }) => keyId))
    holder.answered(number, { ...leaseUpTo(6), counted: body.batch }, now)
  }
  expect(reported).toEqual(keys)
})

test('a report that throws ends neither the polling nor the process', async () => {
  const keys = createVerifier({
    url: 'http://keys.test',
    serviceToken: 'nassvc_test',
    onUnavailable: 'deny',
    report() {
      throw new Error('of the caller')
    },
    fetch: async () => ({ status: 403, text: async () => '{}' }),
  })
  await keys.close()
  await keys.ready
  await expect(keys.verify('nas_x')).rejects.toThrow('lacks the scope')
})

test('the answer to an earlier poll, given again, renews no lease', async () => {
  let first: { text: string; atMs: number } | undefined
  const keys = createVerifier({
    url: 'http://keys.test',
    serviceToken: 'nassvc_test',
    onUnavailable: 'deny',
    // As a cache would that knows no bodies.
    async fetch(_url, { body }) {
      const { poll } = JSON.parse(body) as { poll: string }
      const text = JSON.stringify({ ...leaseUpTo(5), leaseMs: 300, poll })
      first ??= { text, atMs: performance.now() }
      const again = first.text
      await new Promise(setImmediate)
      return { status: 200, text: async () => again }
    },
  })
  onTestFinished(() => keys.close())
  await keys.ready
  await expect.poll(() => performance.now() - (first?.atMs ?? Infinity)).toBeGreaterThan(400)
  expect(keys.stats().isLeased).toBe(false)
})
