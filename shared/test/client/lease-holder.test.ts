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
  const judge = () => holder.judge('hash', [], null, 1, now.monoMs, now.wallMs)
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
