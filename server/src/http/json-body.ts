import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { InvalidInputError } from '../errors.ts'

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

const json = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i

/**
 * Bodies are JSON in UTF-8 and nothing else. An empty one counts as none, so that a DELETE may
 * say "application/json" and send nothing; text that is not UTF-8 is refused, not repaired.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.decorateRequest('rawBody', null)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(json, { parseAs: 'buffer' }, (req, body, done) => {
    if (req.routeOptions.config.keepsRawBody) req.rawBody = body as Buffer
    if (body.length === 0) return done(null, undefined)
    if (!isUtf8(body as Buffer)) return done(new InvalidInputError('The body is not valid UTF-8'))
    return parseJson(req, body.toString(), (error, value) =>
      // The parser's own message quotes the body.
      error ? done(new InvalidInputError('The body is not valid JSON')) : done(null, value),
    )
  })
}
