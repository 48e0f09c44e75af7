import type { JWTPayload } from 'jose'
import type { Context } from '../../context.ts'
import { accessTokenHash } from '../../../crypto/hash.ts'
import { asError } from '../../../lib/caught.ts'
import type { ProviderMetadata } from './discover-provider.ts'

/**
 * The plugin with which better-auth speaks to the provider of OIDC_ISSUER. We fetch endpoints and
 * keys ourselves, because the library's own fetching has no time limit, and verify the ID token
 * here. PKCE and the state cookie bind the answer to the browser.
 *
 * @see OpenID Connect Core §3.1.3.7
 */
export async function singleSignOn(ctx: Context, metadata: ProviderMetadata) {
  const [{ genericOAuth }, { createRemoteJWKSet, jwtVerify }] = await Promise.all([
    import('better-auth/plugins/generic-oauth'),
    import('jose'),
  ])
  const { oidc } = ctx.config
  if (!oidc) throw new Error('single sign-on is not set up')
  const { clientId, clientSecret } = oidc
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))

  async function readIdToken(idToken: string, accessToken: string | undefined) {
    const { payload, protectedHeader } = await jwtVerify(idToken, keys, {
      issuer: metadata.issuer,
      audience: clientId,
      // Never an HMAC with the client's secret, and never `none`.
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
            ctx.log.warn({ reason: asError(error).message }, 'refused an ID token')
            return null
          }
        },
      },
    ],
  })
}

/** A token for several clients names its client in `azp`. @throws when that is not us */
function assertMadeFor(clientId: string, { aud, azp }: JWTPayload): void {
  const isForSeveral = Array.isArray(aud) && aud.length > 1
  if ((azp !== undefined || isForSeveral) && azp !== clientId)
    throw new Error('the ID token was made for another client')
}

/** @throws when the token names a different access token in `at_hash`. @see §3.1.3.8 */
function assertGoesWith(
  accessToken: string | undefined,
  { at_hash: expected }: JWTPayload,
  algorithm: string,
): void {
  if (expected !== undefined && expected !== accessTokenHash(algorithm, accessToken ?? ''))
    throw new Error('the ID token goes with another access token')
}
