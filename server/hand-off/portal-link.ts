/** Someone whom the platform has signed in itself. */
export type Customer = {
  /** As the key service names the platform's customer. */
  organizationId: string
  /** The platform's own id of the person, which never changes. */
  userId: string
  email: string
  name: string
  role: 'owner' | 'admin' | 'member' | 'viewer'
}

export type KeyService = {
  /** The key service, as the platform's server reaches it. */
  url: string
  /** A service token with the scope `portal:hand-off`; it stays in the platform's server. */
  token: string
  /** Where the way back leads, at an origin of PORTAL_RETURN_ORIGINS. */
  returnUrl: string
}

const PATIENCE_MS = 5000

/**
 * Asks for a link that signs the customer in to the portal. It works once, within 60 seconds, and
 * the first to open it is signed in as that customer: send the browser there, and log it nowhere.
 *
 * @throws when the key service cannot be reached or refuses
 */
export async function portalLink(keys: KeyService, customer: Customer): Promise<string> {
  const { organizationId, userId, email, name, role } = customer
  const response = await fetch(new URL('/api/portal-sessions', keys.url), {
    method: 'POST',
    headers: { Authorization: `Bearer ${keys.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      organizationId,
      user: { externalId: userId, email, name },
      role,
      returnUrl: keys.returnUrl,
    }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  if (response.status !== 201)
    throw new Error(`The key service answered ${response.status}`, { cause: await response.text() })
  return ((await response.json()) as { url: string }).url
}

/** Headers of the redirect: no cache keeps the link. */
export const noStore = { 'Cache-Control': 'no-store' }
