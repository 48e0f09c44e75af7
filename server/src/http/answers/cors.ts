import fastifyCors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Keeps the plugin off a route whose OPTIONS requests are no preflights meant for us. */
    cors?: false
  }
}

/**
 * Lets a portal on another origin of the same site call us with its cookie: exactly the origins
 * of PORTAL_ORIGINS, and no header at all for any other.
 */
export async function allowPortalOrigins(
  app: FastifyInstance,
  portalOrigins: string[],
): Promise<void> {
  if (portalOrigins.length === 0) return
  await app.register(fastifyCors, {
    // Given as a list, the plugin would tell any origin which methods there are.
    origin: (origin, decide) =>
      decide(null, origin !== undefined && portalOrigins.includes(origin)),
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Content-Type',
      'Idempotency-Key',
      'X-Organization-Id',
      'X-Request-Id',
      'X-User-Id',
    ],
    exposedHeaders: ['Location', 'Retry-After', 'X-Request-Id'],
    strictPreflight: false,
    maxAge: 600,
  })
}
