import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { NotFoundError } from '../../lib/errors.ts'
import { sendError } from '../answers/error-handler.ts'

/** A browser reads these with a document alone; with each script they are as much as a small one. */
const headersOfDocuments = [
  'Content-Security-Policy',
  'Permissions-Policy',
  'Cross-Origin-Opener-Policy',
  'Origin-Agent-Cluster',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Frame-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-XSS-Protection',
]

/**
 * Serves the built portal: hashed files under /assets for good, index.html fresh each time for
 * every other page. A known path with another method is a 405, and whatever else is unknown a JSON 404.
 *
 * @param webRoot the folder with index.html; while it is not built, pages are 404
 */
export async function serveWeb(app: FastifyInstance, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webRoot,
    serve: false,
    preCompressed: true,
    lastModified: false, // the ETag does
    setHeaders(reply, path) {
      if (/\.(js|css)(\.br|\.gz)?$/.test(path))
        for (const name of headersOfDocuments) reply.removeHeader(name)
    },
  })

  app.get(
    '/assets/*',
    { config: { access: 'public' }, schema: { hide: true } },
    (req: FastifyRequest<{ Params: { '*': string } }>, reply) =>
      reply.sendFile(`assets/${req.params['*']}`, { maxAge: '1y', immutable: true }),
  )

  app.setNotFoundHandler((req, reply) => {
    if (req.method === 'OPTIONS' && reply.hasHeader('Allow')) return reply.status(204).send()
    app.refuseOtherMethods(req)
    // As the router reads it, which decodes before it looks.
    const path = decodeURIComponent(req.url.replace(/[?#].*/s, ''))
    const isPage =
      (req.method === 'GET' || req.method === 'HEAD') &&
      !/^\/(api|assets)(\/|$)/.test(path) &&
      wantsHtml(req.headers.accept, path)
    if (!isPage || !existsSync(join(webRoot, 'index.html')))
      return sendError(req, reply, new NotFoundError())
    // Not returned: each function on the way here that waits for the reply listens to it.
    reply
      .status(200)
      .header('Cache-Control', 'no-cache')
      .sendFile('index.html', { cacheControl: false })
  })
}

/** curl and other plain clients name no type, and at `/` there is nothing else to want. */
function wantsHtml(accept: string | undefined, path: string): boolean {
  if (accept?.includes('text/html') === true) return true
  return path === '/' && (accept === undefined || accept.includes('*/*'))
}
