import type { Change } from '../../../testkit/faults/planted-copy.ts'

const HOLDER = 'shared/client/leases/lease-holder.ts'

/** The sources that a run with a fault has a copy of. */
export const copiedParts = [
  'server/src',
  'server/package.json',
  'server/node_modules',
  'shared',
  'scripts/campaigns/revocation/leased',
]

/** Mistakes that a run must find, in the service or in the verifiers. */
export const leasedFaults: Record<string, Change> = {
  'changes are answered without confirmations': {
    file: 'server/src/features/leases/settling.ts',
    from: 'if (isOut()) await settleThrough({ seq: await readHead(), organizationIds })',
    to: 'if (isOut()) void settleThrough({ seq: await readHead(), organizationIds })',
  },
  'a change does not wait for other nodes': {
    file: 'server/src/features/leases/lease-desk.ts',
    from: 'place?.awaitOthers(seq, organizationIds)',
    to: 'undefined',
  },
  'a node says what it has read, not what its verifiers have confirmed': {
    file: 'server/src/features/leases/confirmations.ts',
    from: 'if (untilMs <= now.monoMs || behindFrom > head) continue',
    to: 'if (untilMs !== 0) continue',
  },
  'a restart does not wait': {
    file: 'server/src/features/leases/lease-desk.ts',
    from: 'const quietUntilMs = wasMarked ? performance.now() + LEASE_WAIT_MS : -Infinity',
    to: 'const quietUntilMs = wasMarked ? LEASE_WAIT_MS : -Infinity',
  },
  'a clean stop forgets the mark': {
    file: 'server/src/features/leases/lease-desk.ts',
    from: 'marked !== undefined && book.lastLeaseEndsMs() <= performance.now()',
    to: 'marked !== undefined',
  },
  'a lease is counted from the arrival of the answer': {
    file: HOLDER,
    from: 'lease = spanFrom(sentAt, answer.leaseMs)',
    to: 'lease = spanFrom(now, answer.leaseMs)',
  },
  'answers are kept in spite of a change': {
    file: HOLDER,
    from: '(changed.get(copy.keyId) ?? 0) <= copy.asOf',
    to: 'true',
  },
  'a change does not drop the copy': { file: HOLDER, from: 'copies.drop(keyId)\n', to: '\n' },
  'a verifier judges by a clock that it read before': {
    file: HOLDER,
    from: 'if (!isRunning(lease, monoMs, wallMs)) return undefined\n      return copies',
    to: 'if (!isRunning(lease, sentAt?.monoMs ?? monoMs, sentAt?.wallMs ?? wallMs)) return undefined\n      return copies',
  },
}
