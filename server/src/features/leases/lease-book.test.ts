import { describe, expect, test } from 'vitest'
import { LEASE_MS, LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { openBook, type BookOptions } from './lease-book.ts'
import { leaseFor, type Clock, type Due, type LogEntry, type Poller } from './lease-session.ts'

const poller: Poller = { tokenId: 'svc_1', organizationIds: null, tokenEndsInMs: null, asOf: 0 }
const at = (ms: number): Clock => ({ monoMs: ms, wallMs: 1_800_000_000_000 + ms })
const first: LeasePoll = { session: null, nonce: '', applied: 0, batch: 0, uses: [], unused: [] }

function book(options: Partial<BookOptions> = {}) {
  let ids = 0
  let polls = 0
  const opened = openBook({ head: 0, randomId: () => `id${ids++}`, ...options })
  const only = (due: Due[]): LeaseAnswer | undefined => due[0]?.answer
  return {
    ...opened,
    begin: (ms: number, from: Partial<Poller> = {}) =>
      only(opened.poll(polls++, first, { ...poller, ...from }, at(ms)).due)!,
    again: (last: LeaseAnswer, ms: number, change: Partial<LeasePoll> = {}) => {
      const { session, nonce, head: applied } = last
      const asked = { ...first, session, nonce, applied, ...change }
      return opened.poll(polls++, asked, poller, at(ms))
    },
    entry: (entry: LogEntry, ms: number) =>
      opened.changes({ after: entry.seq - 1, entries: [entry], head: entry.seq }, at(ms)),
    only,
  }
}

const revoked = (seq: number, organizationId = 'org_1') => ({ seq, organizationId, keyId: 'key_1' })

describe('a change', () => {
  test('is confirmed by the poll that comes after it was told', () => {
    const { begin, again, entry, only, confirmedThrough } = book()
    expect(again(begin(0), 1).due).toEqual([])
    const told = only(entry(revoked(1), 100))!
    expect(told).toMatchObject({ changes: [{ seq: 1, keyId: 'key_1' }], leaseMs: LEASE_MS })
    expect(confirmedThrough(1, at(100))).toBe(1 + LEASE_WAIT_MS)
    again(told, 101)
    expect(confirmedThrough(1, at(101))).toBe(true)
  })

  test('waits no longer than for the lease of a verifier that does not come back', () => {
    const { begin, entry, confirmedThrough } = book()
    begin(0)
    entry(revoked(1), 100)
    expect(confirmedThrough(1, at(LEASE_WAIT_MS - 1))).toBe(LEASE_WAIT_MS)
    expect(confirmedThrough(1, at(LEASE_WAIT_MS))).toBe(true)
  })

  test('of another organization neither wakes nor waits for a token that is limited to one', () => {
    const { begin, again, entry, confirmedThrough } = book()
    again(begin(0, { organizationIds: ['org_2'] }), 1)
    expect(entry(revoked(1), 100)).toEqual([])
    expect(confirmedThrough(1, at(100))).toBe(true)
  })

  test('waits after a start for the leases of the process before', () => {
    const { confirmedThrough } = book({ quietUntilMs: 500 })
    expect(confirmedThrough(0, at(499))).toBe(500)
    expect(confirmedThrough(0, at(500))).toBe(true)
  })
})

describe('a poll', () => {
  test('with a nonce that another has used begins again, without a lease', () => {
    const { begin, again, only } = book()
    const begun = begin(0)
    again(begun, 1)
    const clone = only(again(begun, 2).due)
    expect(clone).toMatchObject({ resync: true, leaseMs: 0 })
    expect(clone?.session).not.toBe(begun.session)
  })

  test('counts its batch once, and gives slices back only for the holder of the session', () => {
    const { begin, again } = book()
    const begun = begin(0)
    const uses = [{ keyId: 'key_1', code: 'VALID' as const, ip: null, count: 2, agoMs: 0 }]
    const unused = [{ keyId: 'key_1', resetAt: '', units: 1 }]
    expect(again(begun, 1, { batch: 1, uses, unused }).counts).toEqual({ uses, unused })
    expect(again(begun, 2, { batch: 1, uses, unused }).counts).toEqual({ uses: [], unused: [] })
    expect(again(begun, 3, { batch: 2, uses, unused }).counts).toEqual({ uses, unused: [] })
  })

  test('gets no more leases than one for each session that fits', () => {
    const { begin } = book({ maxSessionsOfToken: 2 })
    const leases = [begin(0), begin(0), begin(0), begin(0, { tokenId: 'svc_2' })]
    expect(leases.map(({ leaseMs }) => leaseMs)).toEqual([LEASE_MS, LEASE_MS, 0, LEASE_MS])
  })

  test('is answered without a lease by a process that stops', () => {
    const { begin, again, stop, only } = book()
    again(begin(0), 1)
    expect(only(stop(at(2)))).toMatchObject({ leaseMs: 0 })
    expect(begin(3)).toMatchObject({ session: null, leaseMs: 0 })
  })
})

describe('a lease', () => {
  test('ends with its token, by the slower of two clocks', () => {
    expect(leaseFor(at(0), 600, undefined, at(0))).toBe(500)
  })

  test('of a node ends with its beat', () => {
    expect(leaseFor(at(500), null, at(2000), at(900))).toBe(1500)
    expect(leaseFor(at(500), null, at(2000), at(2000))).toBe(0)
  })

  test('of a node whose machine was frozen is over, as the wall clock says', () => {
    const thawed = { monoMs: 600, wallMs: at(5000).wallMs }
    expect(leaseFor(thawed, null, at(2000), thawed)).toBe(0)
  })
})
