import type { Clock } from './leases/clock.ts'
import { hashSecret } from './leases/hash-secret.ts'
import { leaseHolder } from './leases/lease-holder.ts'
import { startPolling } from './leases/poll-loop.ts'
import { readKeyCopy } from './leases/read-lease.ts'
import { askWith, type AskOptions } from './service/ask.ts'
import { VerifyConfigurationError } from './service/configuration-error.ts'
import { connectionTo } from './service/connection.ts'
import { reporterOf } from './service/incidents.ts'
import { isRecord } from './service/read-json.ts'
import { readQuestion } from './service/question.ts'
import type { Question, Verdict, Verifier } from './verifier.ts'

const DEFAULT_MAX_COPIES = 100_000
const NO_SCOPES: readonly string[] = []

export type VerifierOptions = AskOptions & {
  /** How many keys it holds copies of at most, about half a kilobyte each; 100,000 when absent. */
  maxCopies?: number
}

/**
 * Makes the verifier that a process keeps for its lifetime, one for each thread. It begins to hold a
 * lease at once; `close` ends it, and lets the process end.
 *
 * @throws {VerifyConfigurationError} for an option that cannot work
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { maxCopies = DEFAULT_MAX_COPIES } = options
  const report = reporterOf(options.report)
  if (!(Number.isSafeInteger(maxCopies) && maxCopies > 0))
    throw new VerifyConfigurationError('maxCopies must be a whole number from 1 on')
  const ask = askWith({ ...options, report })
  const holder = leaseHolder({ maxCopies })
  const loop = startPolling(holder, connectionTo(options), readClock, report)
  let isClosed = false
  let fromLease = 0
  let fromService = 0

  function judge(key: string, question: Question): Verdict | undefined {
    const { scopes, ip, cost } = isPlain(question) ? question : readQuestion(question)
    const hash = hashSecret(key)
    // Both clocks, and as late as can be: a pause before this must not go unnoticed.
    return holder.judge(
      hash,
      scopes ?? NO_SCOPES,
      ip ?? null,
      cost ?? 1,
      performance.now(),
      Date.now(),
    )
  }

  function verifyNow(key: string, question: Question = {}): Verdict | undefined {
    if (isClosed || typeof key !== 'string') return undefined
    const result = judge(key, question)
    if (result === undefined) return undefined
    fromLease++
    return result
  }

  async function verify(key: string, question: Question = {}): Promise<Verdict> {
    const now = verifyNow(key, question)
    if (now !== undefined) return now
    fromService++
    const askedAt = readClock()
    if (isClosed || !holder.isLeased(askedAt)) return (await ask(key, question)).verdict
    const asking = holder.ask(askedAt)
    let json: unknown
    try {
      const asked = await ask(key, question, { session: asking.session })
      json = asked.json
      return asked.verdict
    } finally {
      const copy = isRecord(json) && !isClosed ? readKeyCopy(json['copy']) : undefined
      holder.keep(asking, copy === undefined ? '' : hashSecret(key), copy, readClock())
    }
  }

  return {
    verify,
    verifyNow,
    ready: loop.ready,
    close() {
      isClosed = true
      return loop.close()
    },
    stats: () => ({
      isLeased: !isClosed && holder.isLeased(readClock()),
      copies: holder.copies(),
      fromLease,
      fromService,
    }),
  }
}

function readClock(): Clock {
  return { monoMs: performance.now(), wallMs: Date.now() }
}

/** The most common question, which needs no reading. */
function isPlain({ scopes, ip, cost }: Question): boolean {
  return scopes === undefined && ip === undefined && cost === undefined
}
