import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance, onSendAsyncHookHandler } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Whether the answer may be compressed. Its length then tells what in it is alike, so that it
     * must hold no secret: a client that can place text beside one could guess it by the length (BREACH).
     */
    isCompressed?: true
  }
}

// Less would not become one packet fewer.
const LEAST_BYTES = 1400

const compress = promisify(gzip)

/** Compresses long answers of the routes that say so, in another thread. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.isCompressed) route.onSend = gzipped
  })
}

const gzipped: onSendAsyncHookHandler = async (req, reply, payload) => {
  const varies = reply.getHeader('Vary')
  reply.header('Vary', varies === undefined ? 'Accept-Encoding' : `${varies}, Accept-Encoding`)
  if (typeof payload !== 'string' || payload.length < LEAST_BYTES) return payload
  if (!takesGzip(req.headers['accept-encoding'])) return payload
  reply.header('Content-Encoding', 'gzip').removeHeader('Content-Length')
  return compress(payload)
}

/** @see RFC 9110 §12.5.3 */
function takesGzip(accepted: string | undefined): boolean {
  return (accepted ?? '')
    .toLowerCase()
    .split(',')
    .some((coding) => {
      const [name, weight] = coding.split(';', 2).map((part) => part.trim())
      return name === 'gzip' && !/^q=0(\.0*)?$/.test(weight ?? '')
    })
}
