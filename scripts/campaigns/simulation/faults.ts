import type { Change } from '../../testkit/faults/planted-copy.ts'
import type { Rule } from './history.ts'
import type { ServiceFaults } from './machines.ts'

/** A mistake that the simulation must find. */
export type Fault = { name: string; rule: Rule; changes?: Change[]; service?: ServiceFaults }

/** The schedules that found the rarest when this was written: the search begins there. */
export const foundBefore: Record<string, number> = {
  'a node reads the log before its beat': 41028,
  'answers are kept from a session that is over': 2735,
  'a slice is counted without a margin': 3249,
  'the service counts a lease as long as the verifier': 1357,
  'a session begins later than its token was read': 7197,
  'a node grants leases beyond its beat': 2219,
  'a node that stands still is given up too early': 33340,
}

const POLL = 'server/src/features/leases/sessions/take-poll.ts'
const ANSWERS = 'server/src/features/leases/sessions/session-answers.ts'
const SESSION = 'server/src/features/leases/lease-session.ts'
const ROWS = 'server/src/features/leases/nodes/node-rows.ts'
const CONFIRMATIONS = 'server/src/features/leases/confirmations.ts'
const LIMITS = 'server/src/features/leases/sessions/session-limits.ts'
const HOLDER = 'shared/client/leases/lease-holder.ts'
const COPIES = 'shared/client/leases/key-copies.ts'
const CLOCK = 'shared/client/leases/clock.ts'
const BATCHES = 'shared/client/leases/use-batches.ts'
const TIMES = 'shared/src/verification/lease-times.ts'

const planted = (name: string, rule: Rule, file: string, from: string, to: string): Fault => ({
  name,
  rule,
  changes: [{ file, from, to }],
})

/**
 * A slice belongs to one unbroken lease, so after a lapse no copy says yes before the service was
 * asked again. That alone hides some mistakes behind it, which are planted together with this one.
 */
const slicesLiveOn: Change = {
  file: COPIES,
  from: 'endSlices() {\n      era++',
  to: 'endSlices() {',
}

/** A node's row is deleted before the node counts as given up, which hides others of its mistakes. */
const givenUpUndeleted: Change = {
  file: ROWS,
  from: '      resolveSettled()\n      return [',
  to: `      for (const { node, stillSinceMs } of others.values())
        if (nowMs - stillSinceMs >= LEASE_WAIT_MS) others.delete(node)
      resolveSettled()
      return [`,
}

export const faults: Fault[] = [
  {
    name: 'changes are answered without confirmations',
    rule: 'stale yes',
    service: { answersAtOnce: true },
  },
  {
    name: 'a repeated revoke is answered at once',
    rule: 'stale yes',
    service: { repeatsAtOnce: true },
  },
  { name: 'a restart does not wait', rule: 'stale yes', service: { restartsWithoutWait: true } },
  { name: 'a clean stop forgets the mark', rule: 'stale yes', service: { stopForgets: true } },
  {
    name: 'numbers do not follow commits',
    rule: 'stale yes',
    service: { numbersBeforeCommit: true },
  },
  {
    name: 'a node reads the log before its beat',
    rule: 'stale yes',
    service: { readsBeforeBeat: true },
    changes: [slicesLiveOn, givenUpUndeleted],
  },
  planted(
    'a verifier judges by a clock that it read before',
    'stale yes',
    HOLDER,
    'if (!isRunning(lease, monoMs, wallMs)) return undefined\n      return copies',
    'if (!isRunning(lease, sentAt?.monoMs ?? monoMs, sentAt?.wallMs ?? wallMs)) return undefined\n      return copies',
  ),
  planted(
    'a verifier reads one clock alone',
    'stale yes',
    CLOCK,
    'monoMs < span.monoEndMs && wallMs < span.wallEndMs && wallMs >= span.wallStartMs',
    'monoMs < span.monoEndMs',
  ),
  planted(
    'answers are kept in spite of a change',
    'stale yes',
    HOLDER,
    '(changed.get(copy.keyId) ?? 0) <= copy.asOf',
    'true',
  ),
  planted(
    'answers are kept from a session that is over',
    'stale yes',
    HOLDER,
    'const isSameEra = asking.era === era && isRunning',
    'const isSameEra = isRunning',
  ),
  planted(
    'a lease is counted from the arrival of the answer',
    'stale yes',
    HOLDER,
    'lease = spanFrom(sentAt, answer.leaseMs)',
    'lease = spanFrom(now, answer.leaseMs)',
  ),
  planted('a change does not drop the copy', 'stale yes', HOLDER, 'copies.drop(keyId)\n', '\n'),
  {
    name: 'a resync drops neither copies nor slices',
    rule: 'stale yes',
    changes: [{ file: HOLDER, from: '    copies.dropAll()\n', to: '' }, slicesLiveOn],
  },
  planted(
    'a lease runs on when the session ends',
    'stale yes',
    HOLDER,
    'copies.dropAll()\n    lease = OVER\n',
    'copies.dropAll()\n',
  ),
  planted(
    'a slice outlives its minute',
    'budget exceeded',
    COPIES,
    'spanFrom(askedAt, minuteEndsInMs / CLOCK_MARGIN)',
    'spanFrom(askedAt, 60_000)',
  ),
  planted(
    'a slice is counted without a margin',
    'budget exceeded',
    COPIES,
    'spanFrom(askedAt, minuteEndsInMs / CLOCK_MARGIN)',
    'spanFrom(askedAt, minuteEndsInMs)',
  ),
  planted(
    'the life of a key is counted without a margin',
    'accepted after its expiry',
    COPIES,
    'spanFrom(askedAt, expiresInMs / CLOCK_MARGIN)',
    'spanFrom(askedAt, expiresInMs)',
  ),
  planted(
    'a batch is sent again under another number',
    'counted twice',
    BATCHES,
    'return sent ??',
    'if (sent) sent = { ...sent, batch: ++lastBatch }\n      return sent ??',
  ),
  planted(
    'a repeated batch is counted',
    'counted twice',
    POLL,
    'asked.batch > known.batch',
    'true',
  ),
  planted(
    'the service counts a lease as long as the verifier',
    'stale yes',
    TIMES,
    'CLOCK_MARGIN * LEASE_MS',
    'LEASE_MS',
  ),
  planted(
    'a lease is counted at the service when its answer was confirmed',
    'stale yes',
    POLL,
    'if (mayRenew) known.untilMs = now.monoMs + LEASE_WAIT_MS',
    'if (mayRenew) { known.untilMs = known.nextMs ?? known.untilMs; known.nextMs = now.monoMs + LEASE_WAIT_MS }',
  ),
  planted(
    'a lease is renewed in spite of an unconfirmed change',
    'held up',
    POLL,
    'asked.applied >= known.told && isTrusted && !book.isStopping',
    '!book.isStopping',
  ),
  planted(
    'a lease is renewed however late the poll',
    'held up',
    POLL,
    'const isTrusted = !isLate(known, now) && ',
    'const isTrusted = ',
  ),
  planted('a poll may bear an old nonce', 'stale yes', POLL, 'known.nonce === asked.nonce && ', ''),
  planted(
    'a poll confirms what it was told and not what it applied',
    'stale yes',
    POLL,
    'confirm(known, asked.applied, book.log)',
    'confirm(known, book.log.head(), book.log)',
  ),
  planted(
    'an ended session is taken to have dropped its copies',
    'stale yes',
    POLL,
    'if (!isHolder || known.isToldToDrop) {',
    'if (!isHolder || known.isEnded) {',
  ),
  planted(
    'a change of a token ends no session',
    'stale yes',
    SESSION,
    "if (!('tokenId' in entry) || entry.tokenId !== session.tokenId) continue",
    'if (session.organizationIds !== entry) continue',
  ),
  planted(
    'a token with other organizations is taken to reach no others yet',
    'stale yes',
    SESSION,
    'if (entry.hasOtherOrganizations) session.organizationIds = null',
    '',
  ),
  planted(
    'a session begins later than its token was read',
    'stale yes',
    ANSWERS,
    'Math.min(asOf, book.log.head())',
    'book.log.head()',
  ),
  planted(
    'a node grants leases beyond its beat',
    'stale yes',
    SESSION,
    'if (grantsEnd !== undefined) {',
    'if (grantsEnd === null) {',
  ),
  planted(
    'a node says what it has read, not what its sessions have confirmed',
    'stale yes',
    CONFIRMATIONS,
    'if (untilMs <= now.monoMs || behindFrom > head) continue',
    'if (untilMs !== 0) continue',
  ),
  {
    name: 'a change is answered by rows from before its commit',
    rule: 'stale yes',
    changes: [
      { file: ROWS, from: 'observed <= one.reading || ', to: '' },
      {
        file: ROWS,
        from: 'isWaiting: () => waiting.length > 0,',
        to: `isWaiting: () => {
        resolveSettled()
        return waiting.length > 0
      },`,
      },
    ],
  },
  planted(
    'a node that stands still is given up too early',
    'stale yes',
    ROWS,
    'nowMs - row.stillSinceMs >= LEASE_WAIT_MS',
    'nowMs - row.stillSinceMs >= LEASE_WAIT_MS / 2',
  ),
  planted(
    'a session that is limited to organizations is taken to hold no copies',
    'stale yes',
    SESSION,
    'return organizationIds.some((id) => session.organizationIds?.includes(id))',
    'return false',
  ),
  planted(
    'a node is believed though sessions limited to the organization are behind',
    'stale yes',
    CONFIRMATIONS,
    'if (id === null || organizationIds.includes(id))',
    'if (id === null)',
  ),
  planted(
    'a change waits for sessions that are limited to other organizations',
    'late answer',
    SESSION,
    'return organizationIds.some((id) => session.organizationIds?.includes(id))',
    'return true',
  ),
  planted(
    'a change waits for all sessions of another node',
    'late answer',
    CONFIRMATIONS,
    'if (behind === null || organizationIds === null) return confirmed',
    'if (confirmed >= 0 || behind === null || organizationIds === null) return confirmed',
  ),
  planted(
    'who never confirms gets a lease again and again',
    'late answer',
    LIMITS,
    'if (holder.organizationIds === null) return false',
    'if (holder.tokenId !== undefined) return false',
  ),
]
