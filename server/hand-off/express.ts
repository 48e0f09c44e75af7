import type { Request, RequestHandler } from 'express'
import { noStore, portalLink, type Customer, type KeyService } from './portal-link.ts'

/**
 * Makes the handler of the platform's page for API keys: `app.get('/api-keys', openPortal(…))`. In
 * Express 4, which waits for no promise, hand its errors on yourself.
 *
 * @param customerOf who is signed in; undefined for nobody
 */
export function openPortal(
  keys: KeyService,
  customerOf: (request: Request) => Promise<Customer | undefined>,
): RequestHandler {
  return async (request, response) => {
    const customer = await customerOf(request)
    if (!customer) return void response.status(401).send('Sign in first')
    response.set(noStore).redirect(303, await portalLink(keys, customer))
  }
}
