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
  app.addContentTypeParser(json, { parseAs: 'buffer' }, (req, body, done) => {
    if (req.routeOptions.config.keepsRawBody) req.rawBody = body as Buffer
    if (body.length === 0) return done(null, undefined)
    if (!isUtf8(body as Buffer)) return done(new InvalidInputError('The body is not valid UTF-8'))
    if (isDeeperThan(MAX_DEPTH, body as Buffer))
      return done(new InvalidInputError('The body is nested too deeply'))
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

/** Whether JSON nests lists and objects deeper than that; brackets within text do not count. */
function isDeeperThan(max: number, body: Buffer): boolean {
  if (hasFewBrackets(max, body)) return false
  let depth = 0
  let isInText = false
  for (let at = 0; at < body.length; at++)
    switch (body[at]) {
      case QUOTE:
        isInText = !isInText
        break
      case BACKSLASH:
        at++
        break
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (!isInText && ++depth > max) return true
        break
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (!isInText) depth--
    }
  return false
}

// Finding a byte is far quicker than looking at each.
function hasFewBrackets(max: number, body: Buffer): boolean {
  let count = 0
  for (const bracket of [OPEN_LIST!, OPEN_OBJECT!])
    for (let at = body.indexOf(bracket); at !== -1; at = body.indexOf(bracket, at + 1))
      if (++count > max) return false
  return true
}

const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = Buffer.from('"\\[{]}')
