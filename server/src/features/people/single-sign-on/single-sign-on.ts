import type { JWTPayload } from 'jose'
import type { Context } from '../../context.ts'
import { accessTokenHash } from '../../../crypto/hash.ts'
import type { ProviderMetadata } from './discover-provider.ts'

/**
 * The plugin by which better-auth speaks to the provider of OIDC_ISSUER. Endpoints and keys are
 * those that we have read, under a time limit which the library's own reading lacks; with them
 * the ID token is verified here. PKCE and the state cookie bind the answer to the browser.
 *
 * @see OpenID Connect Core §3.1.3.7
 */
export async function singleSignOn(ctx: Context, metadata: ProviderMetadata) {
  const [{ genericOAuth }, { createRemoteJWKSet, jwtVerify }] = await Promise.all([
    import('better-auth/plugins/generic-oauth'),
    import('jose'),
  ])
  const { clientId, clientSecret } = ctx.config.oidc!
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))

  async function readIdToken(idToken: string, accessToken: string | undefined) {
    const { payload, protectedHeader } = await jwtVerify(idToken, keys, {
      issuer: metadata.issuer,
      audience: clientId,
      // Never an HMAC of the client's secret, nor none at all.
      algorithms: metadata.id_token_signing_alg_values_supported.filter((name) =>
        /^(RS|PS|ES|Ed)/.test(name),
      ),
      requiredClaims: ['sub', 'exp', 'iat'],
    })
    assertMadeFor(clientId, payload)
    assertGoesWith(accessToken, payload, protectedHeader.alg)
    const { sub, email, email_verified: isEmailVerified, name } = payload
    if (typeof email !== 'string') return null
    return {
      id: sub,
      sub,
      email,
      emailVerified: isEmailVerified === true,
      name: typeof name === 'string' ? name : '',
    }
  }

  return genericOAuth({
    config: [
      {
        providerId: 'oidc',
        authorizationUrl: metadata.authorization_endpoint,
        tokenUrl: metadata.token_endpoint,
        clientId,
        clientSecret,
        scopes: ['openid', 'email', 'profile'],
        async getUserInfo({ idToken = '', accessToken }) {
          try {
            return await readIdToken(idToken, accessToken)
          } catch (error) {
            ctx.log.warn({ reason: (error as Error).message }, 'refused an ID token')
            return null
          }
        },
      },
    ],
  })
}

/** A token for several clients names the one that it was made for. @throws when that is not us */
function assertMadeFor(clientId: string, { aud, azp }: JWTPayload): void {
  const isForSeveral = Array.isArray(aud) && aud.length > 1
  if ((azp !== undefined || isForSeveral) && azp !== clientId)
    throw new Error('the ID token was made for another client')
}

/** @throws when the token says which access token it came with, and that is another. @see §3.1.3.8 */
function assertGoesWith(
  accessToken: string | undefined,
  { at_hash: expected }: JWTPayload,
  algorithm: string,
): void {
  if (expected !== undefined && expected !== accessTokenHash(algorithm, accessToken ?? ''))
    throw new Error('the ID token goes with another access token')
}
