import { describe, expect, test } from 'vitest'
import { HOLD_MS, LEASE_MS, LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import type { LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { confirmedFor } from './confirmations.ts'
import { openBook, type BookOptions } from './lease-book.ts'
import { REMEMBERED_MS, sessionLimits } from './sessions/session-limits.ts'
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
    expect(confirmedThrough(1, null, at(100))).toBe(1 + LEASE_WAIT_MS)
    again(told, 101)
    expect(confirmedThrough(1, null, at(101))).toBe(true)
  })

  test('waits no longer than for the lease of a verifier that does not come back', () => {
    const { begin, entry, confirmedThrough } = book()
    begin(0)
    entry(revoked(1), 100)
    expect(confirmedThrough(1, null, at(LEASE_WAIT_MS - 1))).toBe(LEASE_WAIT_MS)
    expect(confirmedThrough(1, null, at(LEASE_WAIT_MS))).toBe(true)
  })

  test('waits for all leases to run out where the log went back, and ends all sessions', () => {
    const { begin, again, entry, changes, confirmedThrough, confirmed, only } = book()
    entry(revoked(9), 0)
    const begun = begin(0, { asOf: 9 })
    again(begun, 1)
    const told = only(changes({ after: 9, entries: [], head: 5 }, at(100)))!
    expect(told).toMatchObject({ head: 5, leaseMs: 0, resync: true })
    again(told, 101)
    expect(confirmedThrough(5, null, at(101))).toBe(100 + LEASE_WAIT_MS)
    expect(confirmed(at(101)).confirmed).toBe(0)
    expect(confirmedThrough(5, null, at(100 + LEASE_WAIT_MS))).toBe(true)
    expect(begin(102, { asOf: 5 })).toMatchObject({ head: 5, leaseMs: LEASE_MS })
    expect(only(entry(revoked(6), 103))).toBeUndefined()
    expect(confirmedThrough(6, null, at(100 + LEASE_WAIT_MS))).toBe(102 + LEASE_WAIT_MS)
  })

  test('of another organization neither wakes nor waits for a token that is limited to one', () => {
    const { begin, again, entry, confirmedThrough } = book()
    again(begin(0, { organizationIds: ['org_2'] }), 1)
    expect(entry(revoked(1), 100)).toEqual([])
    expect(confirmedThrough(1, null, at(100))).toBe(true)
  })

  test('waits for no session that is limited to other organizations, whatever it has not confirmed', () => {
    const { begin, entry, confirmedThrough, confirmed } = book()
    begin(0, { organizationIds: ['org_1'] })
    entry(revoked(1), 100)
    entry(revoked(2, 'org_2'), 100)
    expect(confirmedThrough(2, ['org_2'], at(100))).toBe(true)
    expect(confirmedThrough(2, ['org_1', 'org_2'], at(100))).toBe(LEASE_WAIT_MS)
    expect(confirmedThrough(2, null, at(100))).toBe(LEASE_WAIT_MS)
    const row = confirmed(at(100))
    expect(row.confirmed).toBe(0)
    const through = [['org_1'], ['org_2'], null].map((ids) => confirmedFor(row, ids))
    expect(through).toEqual([0, 2, 0])
  })

  test('waits for a session whose token was given other organizations meanwhile', () => {
    const { begin, entry, confirmedThrough } = book()
    begin(0, { organizationIds: ['org_1'] })
    entry({ seq: 1, tokenId: 'svc_1', hasOtherOrganizations: true }, 100)
    entry(revoked(2, 'org_2'), 100)
    expect(confirmedThrough(2, ['org_2'], at(100))).toBe(LEASE_WAIT_MS)
  })

  test('waits after a start for the leases of the process before', () => {
    const { confirmedThrough } = book({ quietUntilMs: 500 })
    expect(confirmedThrough(0, null, at(499))).toBe(500)
    expect(confirmedThrough(0, null, at(500))).toBe(true)
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
    const { begin } = book({ limits: { ...sessionLimits, ofToken: 2 } })
    const leases = [begin(0), begin(0), begin(0), begin(0, { tokenId: 'svc_2' })]
    expect(leases.map(({ leaseMs }) => leaseMs)).toEqual([LEASE_MS, LEASE_MS, 0, LEASE_MS])
  })

  test('gets the place of a session whose lease ran out, so more begin in time than run at once', () => {
    const { begin, running } = book({ limits: { ...sessionLimits, ofToken: 2 } })
    const late = LEASE_WAIT_MS + 2
    const leases = [begin(0), begin(1), begin(late - 3), begin(late), begin(late), begin(late)]
    expect(leases.map(({ leaseMs }) => leaseMs)).toEqual([
      LEASE_MS,
      LEASE_MS,
      0,
      LEASE_MS,
      LEASE_MS,
      0,
    ])
    expect(running(at(late))).toBe(2)
  })

  test('leaves room for the platform, and for the other organizations', () => {
    const limits = { all: 5, ofToken: 5, limited: 3, ofOrganizations: 2 }
    const { begin } = book({ limits })
    const from = (organizationId: string, tokenId: string) =>
      begin(0, { tokenId, organizationIds: [organizationId] }).leaseMs
    expect([from('org_1', 'svc_2'), from('org_1', 'svc_3')]).toEqual([LEASE_MS, LEASE_MS])
    expect(from('org_1', 'svc_4')).toBe(0)
    expect([from('org_2', 'svc_5'), from('org_2', 'svc_5')]).toEqual([LEASE_MS, 0])
    expect([begin(0).leaseMs, begin(0).leaseMs, begin(0).leaseMs]).toEqual([LEASE_MS, LEASE_MS, 0])
  })

  test('of a limited token begins without a lease where one before it has let a change wait', () => {
    const { begin, entry } = book()
    const limited = { organizationIds: ['org_1'] }
    begin(0, limited)
    entry(revoked(1), 100)
    const leaseAt = (ms: number, from: Partial<Poller>) => begin(ms, { asOf: 1, ...from }).leaseMs
    expect(leaseAt(101 + HOLD_MS, limited)).toBe(0)
    expect(leaseAt(101 + HOLD_MS, { ...limited, tokenId: 'svc_2' })).toBe(0)
    expect(leaseAt(101 + HOLD_MS, { organizationIds: ['org_2'] })).toBe(LEASE_MS)
    expect(leaseAt(101 + HOLD_MS, {})).toBe(LEASE_MS)
  })

  test('of a limited token that confirms only when its lease has run out renews none for a while', () => {
    const { begin, again, entry, only } = book()
    const held = again(begin(0, { organizationIds: ['org_1'] }), 1)
    expect(held.due).toEqual([])
    let last = only(entry(revoked(1), 100))!
    for (const ms of [3000, 3001, 10_000]) {
      last = only(again(last, ms).due)!
      expect(last.leaseMs).toBe(0)
    }
    expect(again(last, 3000 + REMEMBERED_MS).due).toEqual([])
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
