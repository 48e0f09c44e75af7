import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError, InvalidInputError } from '../../lib/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the handler needs the body as it came, to check a signature over it. */
    keepsRawBody?: boolean
  }
  interface FastifyRequest {
    /** The body byte for byte, on routes that ask for it. */
    rawBody: Buffer | null
  }
}

// Deeper than any schema. Parsing 64 KiB of brackets takes thirty times as long as text of that length.
const MAX_DEPTH = 20
// More than the longest list of reports of leaked keys has.
const MAX_FIELDS = 2000

const json = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i

/**
 * Bodies are JSON in UTF-8 and nothing else. An empty one counts as none, so that a DELETE may
 * say "application/json" and send nothing; text that is not UTF-8 is refused, not repaired. So is
 * what is compressed: unpacked it could be of any size.
 *
 * @see RFC 9110 §15.5.16 for the header that goes with that refusal
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.decorateRequest('rawBody', null)
  app.removeAllContentTypeParsers()
  app.addHook('preParsing', (req, reply, body, done) => {
    if (!isCompressed(req)) return done(null, body)
    reply.header('Accept-Encoding', 'identity')
    return done(new AppError('UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed'))
  })
  app.addContentTypeParser<Buffer>(json, { parseAs: 'buffer' }, (req, body, done) => {
    if (req.routeOptions.config.keepsRawBody) req.rawBody = body
    if (body.length === 0) return done(null, undefined)
    if (!isUtf8(body)) return done(new InvalidInputError('The body is not valid UTF-8'))
    if (isTooMuch(body))
      return done(new InvalidInputError('The body is nested too deeply, or has too many fields'))
    return parseJson(req, body.toString(), (error, value) =>
      // The parser's own message quotes the body.
      error ? done(new InvalidInputError('The body is not valid JSON')) : done(null, value),
    )
  })
}

/** Whether there is a body, and in another coding than its own. @see RFC 9110 §8.4 */
function isCompressed({ method, headers }: FastifyRequest): boolean {
  const coding = headers['content-encoding']
  if (!coding || /^identity$/i.test(coding)) return false
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return hasBody && method !== 'GET' && method !== 'HEAD'
}

/** Whether JSON nests deeper, or has more fields; what stands within text does not count. */
function isTooMuch(body: Buffer): boolean {
  if (!hasMore(body, [OPEN_LIST, OPEN_OBJECT], MAX_DEPTH) && !hasMore(body, [COLON], MAX_FIELDS))
    return false
  let depth = 0
  let fields = 0
  let isInText = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) isInText = !isInText
    else if (isInText) continue
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
    else if (byte === COLON) fields++
    if (depth > MAX_DEPTH || fields > MAX_FIELDS) return true
  }
  return false
}

// Finding a byte is far quicker than looking at each.
function hasMore(body: Buffer, bytes: number[], max: number): boolean {
  let count = 0
  for (const byte of bytes)
    for (let at = body.indexOf(byte); at !== -1; at = body.indexOf(byte, at + 1))
      if (++count > max) return true
  return false
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const COLON = 0x3a
