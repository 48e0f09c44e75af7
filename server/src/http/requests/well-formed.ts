import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { InvalidInputError } from '../../lib/errors.ts'
import { accessRules } from '../access-rules.ts'
import { malformedAnswer } from './malformed-requests.ts'

/**
 * Refuses requests that two readers could understand differently: a body whose end is a matter of
 * opinion, a query that cannot be decoded, no Host, or two of them, be it one in the URL.
 *
 * @see RFC 9112 §3.2 (Host), §6.3 (length), RFC 3986 §2.1 (percent-encoding)
 */
export function refuseAmbiguity(app: FastifyInstance): void {
  app.addHook('onRequest', (req, reply, done) => {
    // After an Upgrade request Node reads nothing more, and we support no other protocol.
    if (req.raw.headers.upgrade !== undefined) reply.header('Connection', 'close')
    assertFramed(req, reply)
    assertOneAuthority(req)
    const { access } = req.routeOptions.config
    // A gateway's query is its client's, and none of our business.
    if (access === undefined || accessRules[access].by !== 'gateway') assertWellFormed(req)
    done()
  })
  answerExpectations(app.server)
}

/** Whether a request says a version of HTTP that we speak; Node answers one without any, too. */
export function isHttp1({ httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.1' || httpVersion === '1.0'
}

// Node takes any other coding for a body that lasts as long as the connection. HTTP/1.0 has no
// codings, so a proxy of that age sees the end of such a body elsewhere (RFC 9112 §6.1).
function assertFramed({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (!isHttp1(raw)) {
    reply.header('Connection', 'close')
    throw new InvalidInputError('The version of HTTP must be 1.1 or 1.0')
  }
  const coding = raw.headers['transfer-encoding']
  const isKnown = coding?.toLowerCase() === 'chunked' && raw.httpVersion === '1.1'
  if (coding === undefined || isKnown) return
  reply.header('Connection', 'close')
  throw new InvalidInputError('The transfer coding must be chunked')
}

/** @see RFC 9112 §3.2.2 (the absolute form), RFC 9110 §4.2.4 (no user in it) */
function assertOneAuthority({ raw }: FastifyRequest): void {
  const { url = '', headers } = raw
  if (url.startsWith('/')) return
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(url) ?? []
  if (scheme === '') return // `*`, or nothing that is routed
  const isUsable = /^https?$/i.test(scheme) && authority !== '' && !authority.includes('@')
  if (!isUsable) throw new InvalidInputError('The URL is malformed')
  // Without a Host, as in HTTP/1.0, everything that looks at it is to find the authority.
  if (headers.host === undefined && raw.httpVersion !== '1.1') headers.host = authority
  const host = headers.host ?? ''
  if (withoutDefaultPort(scheme, authority) !== withoutDefaultPort(scheme, host))
    throw new InvalidInputError('The URL names another host than the Host header')
}

function withoutDefaultPort(scheme: string, host: string): string {
  const port = scheme.toLowerCase() === 'https' ? ':443' : ':80'
  const name = host.toLowerCase()
  return name.endsWith(port) ? name.slice(0, -port.length) : name
}

function assertWellFormed({ raw }: FastifyRequest): void {
  if (raw.headers.host === undefined && raw.httpVersion === '1.1')
    throw new InvalidInputError('The Host header is missing')
  if (hasTwoHosts(raw)) throw new InvalidInputError('There is more than one Host header')
  const { url = '' } = raw
  const query = url.includes('%') ? url.slice(url.indexOf('?') + 1) : ''
  if (query !== '' && !isDecodable(query)) throw new InvalidInputError('The URL is malformed')
}

/** Whether there is more than one Host header; Node exposes only the first. */
export function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count > 1
}

function isDecodable(query: string): boolean {
  try {
    decodeURIComponent(query)
    return true
  } catch {
    return false
  }
}

// Node answers an expectation other than 100-continue itself, without our headers.
function answerExpectations(server: Server): void {
  server.on('checkExpectation', (_: IncomingMessage, response: ServerResponse) => {
    const error = 'The expectation is not supported'
    const { headers, body } = malformedAnswer({ code: 'INVALID_INPUT', error })
    response.writeHead(417, headers).end(body)
  })
}
