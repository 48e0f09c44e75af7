import type { Change } from '../../../testkit/faults/planted-copy.ts'
import type { LeasedRunOptions } from './run-leased.ts'

/** A mistake in the service or in the verifiers that a run must find. */
export type LeasedFault = {
  changes: Change[]
  /** Options of the run with which the mistake shows. */
  options?: Partial<LeasedRunOptions>
}

const DESK = 'server/src/features/leases/lease-desk.ts'
const HOLDER = 'shared/client/leases/lease-holder.ts'
const TIMES = 'shared/src/verification/lease-times.ts'
const COPIES = 'shared/client/leases/key-copies.ts'
const NODE = 'server/src/features/leases/nodes/lease-node.ts'
const NUMBERING = 'server/src/store/migrations/008-verdict-changes.ts'

/** The sources that a run with a fault has a copy of. */
export const copiedParts = [
  'server/src',
  'server/package.json',
  'server/node_modules',
  'shared',
  'scripts/campaigns/revocation/leased',
]

/** On a slow machine a service that restarts is longer away than a lease lasts. */
const longLeases: Change = {
  file: TIMES,
  from: 'export const LEASE_MS = 2000',
  to: 'export const LEASE_MS = 60_000',
}

const LOOP = 'shared/client/leases/poll-loop.ts'

/** So that the answer to a poll comes long after the clocks were read, and the next poll later still. */
const latePolls: Change[] = [
  {
    file: LOOP,
    from: 'const deadline = new AbortController()\n',
    to: `await new Promise((resolve) => setTimeout(resolve, 3000))
    const deadline = new AbortController()\n`,
  },
  {
    file: LOOP,
    from: 'const answer = readAnswer(',
    to: `await new Promise((resolve) => setTimeout(resolve, 1000))
      const answer = readAnswer(`,
  },
]

/** So that no poll is held for most of a lease. */
const rarePolls: Change = {
  file: LOOP,
  from: 'while (!state.isClosed) {\n',
  to: 'while (!state.isClosed) {\n      await new Promise((resolve) => setTimeout(resolve, 1500))\n',
}

/** So that a change overtakes the answers to many questions. */
const slowAnswers: Change = {
  file: 'shared/client/create-verifier.ts',
  from: 'json = asked.json\n',
  to: 'json = asked.json\n      await new Promise((resolve) => setTimeout(resolve, 500 * Math.random()))\n',
}

/** So that a lease that lapsed does not end the slices too, which would hide what is wrong with it. */
const slicesLiveOn: Change = {
  file: COPIES,
  from: 'endSlices() {\n      era++',
  to: 'endSlices() {',
}

/** A node's row is deleted before the node counts as given up, which hides others of its mistakes. */
const givenUpUndeleted: Change = {
  file: 'server/src/features/leases/nodes/node-rows.ts',
  from: '      resolveSettled()\n      return [',
  to: `      for (const { node, stillSinceMs } of others.values())
        if (nowMs - stillSinceMs >= LEASE_WAIT_MS) others.delete(node)
      resolveSettled()
      return [`,
}

/** None of ours does that. */
const neverConfirms: Change = {
  file: HOLDER,
  from: 'applied = Math.max(applied, answer.head)',
  to: '',
}

const planted = (
  file: string,
  from: string,
  to: string,
  options?: Partial<LeasedRunOptions>,
  ...more: Change[]
): LeasedFault => ({ changes: [{ file, from, to }, ...more], ...(options && { options }) })

export const leasedFaults: Record<string, LeasedFault> = {
  'changes are answered without confirmations': planted(
    'server/src/features/leases/settling.ts',
    'if (isOut()) await settleThrough({ seq: await readHead(), organizationIds })',
    'if (isOut()) void settleThrough({ seq: await readHead(), organizationIds })',
  ),
  'a verifier judges by a clock that it read before': planted(
    HOLDER,
    'if (!isRunning(lease, monoMs, wallMs)) return undefined\n      return copies',
    'if (!isRunning(lease, sentAt?.monoMs ?? monoMs, sentAt?.wallMs ?? wallMs)) return undefined\n      return copies',
  ),
  'answers are kept in spite of a change': planted(
    HOLDER,
    '(changed.get(copy.keyId) ?? 0) <= copy.asOf',
    'true',
    {},
    slowAnswers,
  ),
  'a change does not drop the copy': planted(HOLDER, 'copies.drop(keyId)\n', '\n'),
  'a restart does not wait': planted(
    DESK,
    'const quietUntilMs = wasMarked ? performance.now() + LEASE_WAIT_MS : -Infinity',
    'const quietUntilMs = wasMarked ? LEASE_WAIT_MS / 1e6 : -Infinity',
    { isTroubled: false, restarts: 100 },
    longLeases,
  ),
  'a clean stop forgets the mark': planted(
    DESK,
    'marked !== undefined && book.lastLeaseEndsMs() <= performance.now()',
    'marked !== undefined',
    { isTroubled: false, restarts: 100, restartsBy: ['SIGTERM'] },
    longLeases,
  ),
  'a lease is counted from the arrival of the answer': planted(
    HOLDER,
    'lease = spanFrom(sentAt, answer.leaseMs)',
    'lease = spanFrom(now, answer.leaseMs)',
    {},
    ...latePolls,
  ),
  'a lease is counted at the service when its answer was confirmed': planted(
    'server/src/features/leases/sessions/take-poll.ts',
    'if (mayRenew) known.untilMs = now.monoMs + LEASE_WAIT_MS',
    'if (mayRenew) { known.untilMs = known.nextMs ?? known.untilMs; known.nextMs = now.monoMs + LEASE_WAIT_MS }',
    {},
    rarePolls,
  ),
  'a lease is renewed in spite of an unconfirmed change': planted(
    'server/src/features/leases/sessions/take-poll.ts',
    'asked.applied >= known.told && isTrusted && !book.isStopping',
    '!book.isStopping',
    { isTroubled: false, longestEndMs: 20_000 },
    neverConfirms,
  ),
  'a slice outlives its minute': planted(
    COPIES,
    'spanFrom(askedAt, minuteEndsInMs / CLOCK_MARGIN)',
    'spanFrom(askedAt, 60_000)',
    // Until a minute ends.
    { isTroubled: false, revocations: 100_000 },
  ),
  'a node reads the log before its beat': planted(
    NODE,
    "const sentAt = clock()\n    const head = await beatNode(db, name ?? '', node.confirmed())",
    `const { seq } = await db
      .selectFrom('verdict_changes')
      .select(({ fn }) => fn.max('seq').as('seq'))
      .executeTakeFirstOrThrow()
    await delay(3000)
    const sentAt = clock()
    const row = await beatNode(db, name ?? '', node.confirmed())
    const head = row === undefined ? undefined : Number(seq)`,
    { nodes: 2, isTroubled: false, changesAtLast: true },
    slicesLiveOn,
    givenUpUndeleted,
  ),
  'a change does not wait for other nodes': planted(
    DESK,
    'place?.awaitOthers(seq, organizationIds)',
    'undefined',
    { nodes: 2 },
  ),
  'a node says what it has read, not what its verifiers have confirmed': planted(
    'server/src/features/leases/confirmations.ts',
    'if (untilMs <= now.monoMs || behindFrom > head) continue',
    'if (untilMs !== 0) continue',
    { nodes: 2 },
  ),
  'numbers do not follow commits': planted(
    NUMBERING,
    'perform pg_advisory_xact_lock(${NUMBERING_LOCK});\n       insert into verdict_changes ${ENTRY[table]};',
    'insert into verdict_changes ${ENTRY[table]};',
    { nodes: 2, managers: 24 },
    { file: NUMBERING, from: 'deferrable initially deferred', to: '' },
  ),
}
