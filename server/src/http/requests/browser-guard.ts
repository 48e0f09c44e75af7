import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config/config.ts'
import { ForbiddenError, UnknownHostError } from '../../lib/errors.ts'

type Configured = { config: Config }

const safeMethods = ['GET', 'HEAD', 'OPTIONS']

/**
 * Refuses what another site makes a browser send: a cookie alone never proves that the portal is
 * asking. Used on every request that a session cookie may authenticate.
 *
 * @throws {ForbiddenError} for a foreign Host (DNS rebinding), and for a state-changing request
 *   from a foreign origin (CSRF); without Origin it is not a browser's, and passes
 */
export function assertFromPortal(ctx: Configured, req: FastifyRequest): void {
  const host = hostName(req.headers.host)
  if (host === undefined || !(host === new URL(ctx.config.publicUrl).hostname || isLoopback(host)))
    throw new UnknownHostError(host, isPeerLocal(req) && !wasForwarded(req))
  if (safeMethods.includes(req.method)) return
  const { origin } = req.headers
  const isForeign =
    origin === undefined
      ? req.headers['sec-fetch-site'] === 'cross-site'
      : !isPortalOrigin(ctx, req, origin)
  if (isForeign) throw new ForbiddenError('Requests from this origin are not allowed')
}

/**
 * Whether a request comes straight from this machine: no proxy, no other name in between. A proxy
 * on this machine may add no header and name us as the Host, so a service with another public name,
 * or with TRUST_PROXY, takes nobody for local.
 */
export function isFromThisMachine({ config }: Configured, req: FastifyRequest): boolean {
  const isServedElsewhere = !isLoopback(new URL(config.publicUrl).hostname)
  const hasProxy = config.trustProxy !== false
  return !isServedElsewhere && !hasProxy && isOnLoopback(req)
}

/** Whether peer and Host are of the loopback, and nothing speaks of a proxy. */
export function isOnLoopback(req: FastifyRequest): boolean {
  return isPeerLocal(req) && isLoopback(hostName(req.headers.host) ?? '') && !wasForwarded(req)
}

function isPeerLocal({ socket }: FastifyRequest): boolean {
  const peer = socket.remoteAddress?.replace(/^::ffff:/i, '') ?? ''
  return peer === '::1' || isLoopback(peer)
}

// Wider than any list of proxies: taking a direct request for a forwarded one costs a setup code.
const forwardingHeaders =
  /forwarded|^via$|ip$|-addr(ess)?$|^(cf|cdn|cloudfront|fastly|fly|incap)-|^x-(amzn?|arr|azure|cloud|envoy|host|original|proxy|real|remote|rewrite|scheme|varnish|vercel)(-|$)/

/** Whether a request bears the marks of a proxy: its headers, or the old HTTP that nginx speaks. */
function wasForwarded(req: FastifyRequest): boolean {
  return (
    req.raw.httpVersion !== '1.1' ||
    Object.keys(req.headers).some((name) => forwardingHeaders.test(name))
  )
}

// Stricter than a URL parser, which would read `evil@127.0.0.1` as 127.0.0.1.
const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?$/

/** The name in a Host header in lower case, without the port; undefined if it is malformed. */
function hostName(header: string | undefined): string | undefined {
  return hostPattern.exec(header?.toLowerCase() ?? '')?.[1]
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(host)
}

/** On a machine's own names a portal may be opened by any of them. */
function isPortalOrigin({ config }: Configured, req: FastifyRequest, origin: string): boolean {
  if (origin === config.publicUrl || config.portalOrigins.includes(origin)) return true
  const { protocol, hostname, port: publicPort } = new URL(config.publicUrl)
  if (!isLoopback(hostname)) return false
  const port = config.isPublicUrlGiven ? publicPort : config.port || req.socket.localPort
  const names = ['localhost', '127.0.0.1', '[::1]']
  return names.some((name) => origin === new URL(`${protocol}//${name}:${port}`).origin)
}
