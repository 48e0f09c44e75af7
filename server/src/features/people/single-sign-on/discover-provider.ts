import * as z from 'zod'
import type { Context } from '../../context.ts'
import { asError } from '../../../lib/caught.ts'
import { SessionError } from '../identity/session-error.ts'

const DISCOVERY_TIMEOUT_MS = 5000

const endpoint = z.url({ protocol: /^https?$/ })

/** The part of a provider's metadata that single sign-on needs. @see OpenID Discovery §3 */
const ProviderMetadata = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  userinfo_endpoint: endpoint.optional(),
  jwks_uri: endpoint,
  id_token_signing_alg_values_supported: z.array(z.string()).min(1).default(['RS256']),
})
export type ProviderMetadata = z.infer<typeof ProviderMetadata>

/**
 * Fetches the metadata of the provider of OIDC_ISSUER.
 *
 * @throws {SessionError} 503 without a good answer within 5 seconds, 404 without OIDC_ISSUER
 */
export async function discoverProvider(ctx: Context): Promise<ProviderMetadata> {
  const { oidc } = ctx.config
  if (!oidc) throw new SessionError(404, 'PROVIDER_NOT_FOUND', 'Single sign-on is not set up')
  const issuer = oidc.issuer.replace(/\/$/, '')
  try {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
    })
    const metadata = ProviderMetadata.parse(await response.json())
    if (metadata.issuer.replace(/\/$/, '') !== issuer) throw new Error('it names another issuer')
    return metadata
  } catch (error) {
    ctx.log.warn({ reason: asError(error).message }, 'cannot read the configuration of OIDC_ISSUER')
    throw new SessionError(503, 'UNAVAILABLE', 'Single sign-on cannot be reached right now')
  }
}
