import type { Context } from '../../context.ts'
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

  async function readIdToken(idToken: string) {
    const { payload } = await jwtVerify(idToken, keys, {
      issuer: metadata.issuer,
      audience: clientId,
      // Never an HMAC of the client's secret, nor none at all.
      algorithms: metadata.id_token_signing_alg_values_supported.filter((name) =>
        /^(RS|PS|ES|Ed)/.test(name),
      ),
      requiredClaims: ['sub', 'exp'],
    })
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
        async getUserInfo({ idToken = '' }) {
          try {
            return await readIdToken(idToken)
          } catch (error) {
            ctx.log.warn({ reason: (error as Error).message }, 'refused an ID token')
            return null
          }
        },
      },
    ],
  })
}
