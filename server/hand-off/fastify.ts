import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import { noStore, portalLink, type Customer, type KeyService } from './portal-link.ts'

/**
 * Makes the handler of the platform's page for API keys: `app.get('/api-keys', openPortal(…))`.
 *
 * @param customerOf who is signed in; undefined for nobody
 */
export function openPortal(
  keys: KeyService,
  customerOf: (request: FastifyRequest) => Promise<Customer | undefined>,
): RouteHandlerMethod {
  return async (request, reply) => {
    const customer = await customerOf(request)
    if (!customer) return reply.status(401).send('Sign in first')
    return reply.headers(noStore).redirect(await portalLink(keys, customer), 303)
  }
}
