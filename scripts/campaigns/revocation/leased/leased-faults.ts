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
    from: 'if (isOut()) await settleThrough(await readHead())',
    to: 'if (isOut()) void settleThrough(await readHead())',
  },
  'a change does not drop the copy': { file: HOLDER, from: 'copies.drop(keyId)\n', to: '\n' },
  'a verifier judges by a clock that it read before': {
    file: HOLDER,
    from: 'if (!isRunning(lease, monoMs, wallMs)) return undefined\n      return copies',
    to: 'if (!isRunning(lease, sentAt?.monoMs ?? monoMs, sentAt?.wallMs ?? wallMs)) return undefined\n      return copies',
  },
}
