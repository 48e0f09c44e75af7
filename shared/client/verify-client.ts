// What another service asks with. It runs wherever there is `fetch`: Node 18 and later, Deno, Bun,
// workers; so it takes nothing from `node:`.
import { VerifyInput } from '../src/schemas/verify.ts'
import type { VerifyResult } from '../src/verdict.ts'
import { exchange, type Answer } from './service/exchange.ts'
import { consoleReporter, type Incident } from './service/incidents.ts'
import type { Question, Unavailable, VerifyClient } from './verifier.ts'

const DEFAULT_TIMEOUT_MS = 2000
/** The longest that a timer can run. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1
/** The body that the service takes. */
const MAX_BODY_BYTES = 64 * 1024

export type VerifyClientOptions = {
  /** Where the service is, such as `https://keys.example.com`; a path is kept. */
  url: string
  /** `nassvc_…`, with the scope `keys:verify`. */
  serviceToken: string
  /** While no verdict can be had, `deny` refuses every key and `allow` lets each pass unjudged. */
  onUnavailable: 'deny' | 'allow'
  /** For a whole question, second attempt included; 2000 when absent. */
  timeoutMs?: number
  /** Told of each incident; without it the console is, once a minute at most of each type. */
  report?: (incident: Incident) => void
  fetch?: Fetch
}

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: {
    method: 'POST'
    headers: Record<string, string>
    body: string
    redirect: 'manual'
    signal: AbortSignal
  },
) => Promise<{ status: number; text: () => Promise<string> }>

/**
 * This service is set up wrongly; the key that was presented has no part in it. The message
 * repeats nothing that was sent.
 */
export class VerifyConfigurationError extends Error {
  override readonly name = 'VerifyConfigurationError'
  readonly code = 'VERIFY_CONFIGURATION'
}

/**
 * Makes the client that a service keeps for its lifetime. Connections are kept alive by `fetch`;
 * verdicts are never kept, so that a revoked key is refused by the very next question.
 *
 * @throws {VerifyConfigurationError} for an option that cannot work
 */
export function createVerifyClient(options: VerifyClientOptions): VerifyClient {
  const { serviceToken, onUnavailable, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const { report = consoleReporter() } = options
  const doFetch: Fetch = options.fetch ?? ((url, init) => fetch(url, init))
  const endpoint = endpointOf(options.url)
  // fetch itself refuses such a token, in a message that repeats it.
  if (typeof serviceToken !== 'string' || !/^[\x21-\x7e]+$/.test(serviceToken))
    throw new VerifyConfigurationError('serviceToken must be visible ASCII characters, no spaces')
  if (onUnavailable !== 'deny' && onUnavailable !== 'allow')
    throw new VerifyConfigurationError("onUnavailable must be 'deny' or 'allow'")
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS))
    throw new VerifyConfigurationError('timeoutMs must be a positive number of milliseconds')

  const headers = {
    Authorization: `Bearer ${serviceToken}`,
    'Content-Type': 'application/json',
    Accept: 'application/json',
  }

  function conclude(answer: Answer): VerifyResult | Unavailable {
    if (answer.type === 'verdict') return answer.verdict
    if (answer.type === 'misconfigured') {
      report(answer)
      throw new VerifyConfigurationError(answer.message)
    }
    const { reason, isRefusal } = answer
    const decision = isRefusal ? 'deny' : onUnavailable
    report({ type: 'unavailable', reason, decision })
    return { valid: decision === 'allow', code: 'UNAVAILABLE', reason }
  }

  return {
    async verify(key, question = {}) {
      const body = bodyOf(key, question)
      // Too long to be asked about, so nobody can have been given it.
      if (new TextEncoder().encode(body).length > MAX_BODY_BYTES)
        return { valid: false, code: 'NOT_FOUND', source: 'service' }
      // To follow a redirect would be to hand token and key to another server.
      const init = { method: 'POST', headers, body, redirect: 'manual' } as const
      const { answer, retriedAfter } = await exchange(
        (signal) => doFetch(endpoint, { ...init, signal }),
        timeoutMs,
      )
      const mayBeCountedTwice = retriedAfter === 'LOST' && question.cost !== 0
      if (retriedAfter !== undefined) report({ type: 'retried', mayBeCountedTwice })
      return {
        ...conclude(answer),
        source: 'service',
        ...(mayBeCountedTwice && { mayBeCountedTwice }),
      }
    },
  }
}

/** @throws {VerifyConfigurationError} naming the fields that are wrong */
export function assertQuestion(question: Question): void {
  bodyOf('', question)
}

function bodyOf(key: string, { scopes, ip, cost }: Question): string {
  const input = VerifyInput.safeParse({ key, scopes, ip, cost })
  if (input.success) return JSON.stringify(input.data)
  const paths = input.error.issues.map(({ path }) => path.join('.'))
  throw new VerifyConfigurationError(`The question is wrong in ${paths.join(', ')}`)
}

function endpointOf(base: string): string {
  let url: URL
  try {
    url = new URL(base)
  } catch {
    throw new VerifyConfigurationError('url must be absolute, such as https://keys.example.com')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new VerifyConfigurationError('url must begin with https:// or http://')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new VerifyConfigurationError('url must hold no credentials, query or fragment')
  return `${url.href.replace(/([^/])\/+$/, '$1')}/api/auth/verify`
}
