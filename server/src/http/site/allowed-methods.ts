import type { FastifyInstance, FastifyRequest } from 'fastify'
import { MethodNotAllowedError } from '../../lib/errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that a request's path takes, as `Allow` lists them; undefined for an unknown path. */
    allowedMethods(req: FastifyRequest): string | undefined
    /** @throws {MethodNotAllowedError} if the path is known, which takes other methods then */
    refuseOtherMethods(req: FastifyRequest): void
  }
}

/**
 * Learns which methods each path takes, and names them in `Allow` on every OPTIONS request.
 *
 * @param names routes that are answered behind a wildcard, such as `POST /api/session/sign-out`
 * @see RFC 9110 §9.3.7 and §10.2.1
 */
export function nameAllowedMethods(app: FastifyInstance, names: string[]): void {
  const methodsByPattern = new Map<string, string[]>()
  const add = (method: string, url: string) =>
    methodsByPattern.set(url, [...(methodsByPattern.get(url) ?? []), method])
  for (const name of names) {
    const [method = '', url = ''] = name.split(' ')
    add(method, url)
    if (method === 'GET') add('HEAD', url)
  }
  app.addHook('onRoute', ({ method, url }) => {
    // A path behind a wildcard need not exist.
    if (!url.endsWith('*')) for (const each of [method].flat()) add(each, url)
  })

  app.decorate('allowedMethods', (req) => {
    const segments = segmentsOf(req.url)
    const methods =
      methodsByPattern.get(segments.join('/')) ??
      [...methodsByPattern].flatMap(([pattern, taken]) =>
        fits(pattern.split('/'), segments) ? taken : [],
      )
    if (methods.length === 0) return undefined
    return [...new Set([...methods, 'OPTIONS'])].join(', ')
  })

  app.decorate('refuseOtherMethods', (req) => {
    const allowed = app.allowedMethods(req)
    if (allowed !== undefined) throw new MethodNotAllowedError(allowed)
  })

  // For other methods than its own the router takes `/api/keys/counts` for `/api/keys/:id`, and no id is "counts".
  const isOfAnotherPath = (req: FastifyRequest) =>
    req.routeOptions.url?.includes('/:') === true &&
    methodsByPattern.has(segmentsOf(req.url).join('/'))

  app.addHook('onRequest', (req, reply, done) => {
    if (isOfAnotherPath(req)) app.refuseOtherMethods(req)
    const isQuestion = req.method === 'OPTIONS' && req.routeOptions.config.access === undefined
    const allowed = isQuestion ? app.allowedMethods(req) : undefined
    if (allowed !== undefined) reply.header('Allow', allowed)
    done()
  })
}

/** The path of a URL, which may be absolute, cut up and decoded as the router does. */
function segmentsOf(url: string): string[] {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*/s, '')
  return path.split('/').map(decodeURIComponent)
}

function fits(pattern: string[], segments: string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, at) => part === segments[at] || (part[0] === ':' && segments[at] !== ''))
  )
}
