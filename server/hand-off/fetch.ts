import { noStore, portalLink, type Customer, type KeyService } from './portal-link.ts'

/**
 * Makes the handler of the platform's page for API keys where handlers take a `Request` and give a
 * `Response`, as in Hono, Next.js, Bun, Deno and workers.
 *
 * @param customerOf who is signed in; undefined for nobody
 */
export function openPortal(
  keys: KeyService,
  customerOf: (request: Request) => Promise<Customer | undefined>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const customer = await customerOf(request)
    if (!customer) return new Response('Sign in first', { status: 401 })
    const Location = await portalLink(keys, customer)
    return new Response(null, { status: 303, headers: { ...noStore, Location } })
  }
}
