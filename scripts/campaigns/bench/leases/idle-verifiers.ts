// Holds leases and judges nothing: many verifiers in one process, until its input ends.
import { createVerifier } from '../../../../shared/client/create-verifier.ts'
import { rawFetch } from './raw-fetch.ts'

const [url = '', serviceToken = '', count = '1'] = process.argv.slice(2)
const common = { url, serviceToken, onUnavailable: 'deny', report: () => undefined } as const
const verifiers = Array.from({ length: Number(count) }, () =>
  createVerifier({ ...common, fetch: rawFetch() }),
)
await Promise.all(verifiers.map(({ ready }) => ready))
if (!verifiers.every((verifier) => verifier.stats().isLeased))
  throw new Error('a verifier got no lease')
process.send?.('leased')
process.once('message', () => {
  void Promise.all(verifiers.map((verifier) => verifier.close())).then(() => process.disconnect())
})
