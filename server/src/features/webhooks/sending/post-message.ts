import { Resolver } from 'node:dns/promises'
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { errorCode } from '../../../lib/caught.ts'
import type { Config } from '../../../config/config.ts'
import { mayReach } from '../may-reach.ts'
import type { Message } from './message.ts'

const PATIENCE_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024

/** The receiver's status, or why there is none. */
export type Outcome = { status: number } | { problem: string }

/** Finds the addresses of a host name. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<string[]>

type Rules = Pick<Config, 'isProduction' | 'mayWebhooksReachPrivate'>

/** Doors to the network, which a test may replace. */
export type Surroundings = { resolve?: Resolve; patienceMs?: number }

class RefusedAddressError extends Error {
  readonly code = 'ADDRESS_REFUSED'
}

/**
 * Posts a message, and waits at most 10 seconds for the answer. Its body does not count, and no more
 * of it than 64 KiB is read; a redirect is an answer, and not followed.
 *
 * A name's addresses are looked up once, and the connection is made to one of those that were judged:
 * so a name that leads elsewhere at a second look gains nothing.
 *
 * @param signal ends it early: it then counts as not answered
 */
export async function postMessage(
  url: string,
  { body, headers }: Message,
  rules: Rules,
  signal: AbortSignal,
  { resolve = resolveByDns, patienceMs = PATIENCE_MS }: Surroundings = {},
): Promise<Outcome> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  try {
    return { status: await post(new URL(url), { body, headers }, rules, ending, resolve) }
  } catch (error) {
    if (ending.aborted) return { problem: 'No answer within 10 seconds' }
    return { problem: problems[errorCode(error) ?? ''] ?? problemOfTls(error) }
  }
}

function post(
  url: URL,
  { body, headers }: Message,
  rules: Rules,
  signal: AbortSignal,
  resolve: Resolve,
): Promise<number> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // Node looks up no address that is one already.
  if (isIP(host) !== 0 && !mayReach(host, rules)) throw new RefusedAddressError()
  const { request } = url.protocol === 'https:' ? https : http
  const { promise, resolve: answer, reject } = Promise.withResolvers<number>()
  const length = Buffer.byteLength(body)
  const outgoing = request(
    url,
    {
      method: 'POST',
      headers: { ...headers, 'Content-Length': length },
      agent: false, // a connection for each message: one that lasts would outlive the judgement
      lookup: lookupBy(resolve, rules, url.protocol === 'http:', signal),
      signal,
    },
    (incoming) => {
      let bytes = 0
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) incoming.destroy()
      })
      // Whether its body ends well does not matter.
      incoming.on('error', () => undefined)
      incoming.on('close', () => answer(incoming.statusCode ?? 0))
    },
  )
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

function lookupBy(
  resolve: Resolve,
  rules: Rules,
  isPlain: boolean,
  signal: AbortSignal,
): LookupFunction {
  return (host, { all }, done) => {
    resolve(host, signal).then(
      (found) => {
        const addresses = found
          .filter((address) => mayReach(address, rules) && (!isPlain || isLoopback(address)))
          .map((address) => ({ address, family: isIP(address) }))
        const [first] = addresses
        if (!first) done(new RefusedAddressError(), '')
        else if (all === true) done(null, addresses)
        else done(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    )
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/**
 * Asks the name servers. The system's own look-up would take one of the few threads that also sign
 * widget tokens, for as long as a name server takes.
 */
async function resolveByDns(host: string, signal: AbortSignal): Promise<string[]> {
  if (host === 'localhost') return ['127.0.0.1', '::1']
  const resolver = new Resolver({ timeout: 2000, tries: 3 })
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    const [first] = answers
    if (found.length === 0 && first.status === 'rejected') throw first.reason
    return found
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

const problems: Record<string, string> = {
  ADDRESS_REFUSED: 'The host has no public address',
  ECONNREFUSED: 'The connection was refused',
  ECONNRESET: 'The connection was cut before an answer',
  EPIPE: 'The connection was cut before an answer',
  EHOSTUNREACH: 'The host cannot be reached',
  ENETUNREACH: 'The host cannot be reached',
  ETIMEDOUT: 'The host cannot be reached',
  ENOTFOUND: 'The host name is unknown',
  ENODATA: 'The host name is unknown',
  ESERVFAIL: 'The name servers do not answer',
  ETIMEOUT: 'The name servers do not answer',
}

function problemOfTls(error: unknown): string {
  const code = errorCode(error) ?? ''
  const isTls = /CERT|SSL|TLS|EPROTO|UNABLE_TO_|SELF_SIGNED/.test(code)
  return isTls ? `The TLS connection failed: ${code}` : 'The answer was not HTTP'
}
