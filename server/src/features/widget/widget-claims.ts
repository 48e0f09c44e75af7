import { jwtVerify, SignJWT, type JWTVerifyGetKey } from 'jose'
import * as z from 'zod'
import { Language } from '@zentrix/shared/schemas/widget.ts'
import type { Context } from '../context.ts'

const TYPE = 'nas-widget+jwt'
const AUDIENCE = 'voice'
const ALGORITHM = 'EdDSA'

/** The claims of a widget token about its call; fields that the request left out are absent. */
const WidgetClaims = z.object({
  sub: z.string(),
  jti: z.string(),
  exp: z.int(),
  callId: z.string(),
  organizationId: z.string(),
  keyId: z.string(),
  instanceId: z.string().optional(),
  language: Language.optional(),
  callerName: z.string().optional(),
})
export type WidgetClaims = z.infer<typeof WidgetClaims>

/**
 * Signs a widget token.
 *
 * @param issuedAtSeconds NumericDate, as `exp` is
 * @see RFC 7519 §4.1; RFC 8725 §3.11 for the explicit type
 */
export async function signWidgetToken(
  { config, signingKeys }: Context,
  { sub, jti, exp, ...call }: WidgetClaims,
  issuedAtSeconds: number,
): Promise<string> {
  const { kid, privateKey } = signingKeys.current
  return new SignJWT(call)
    .setProtectedHeader({ alg: ALGORITHM, kid, typ: TYPE })
    .setIssuer(config.publicUrl)
    .setAudience(AUDIENCE)
    .setSubject(sub)
    .setJti(jti)
    .setIssuedAt(issuedAtSeconds)
    .setExpirationTime(exp)
    .sign(privateKey)
}

// Base64url has several spellings of the same bytes; an altered token must not pass as another one.
function isCanonical(token: string): boolean {
  const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(token)?.[1]
  return (
    signature !== undefined &&
    Buffer.from(signature, 'base64url').toString('base64url') === signature
  )
}

/** The claims of a token that we signed and that has not expired; undefined for any other text. */
export async function readWidgetToken(
  ctx: Context,
  token: string,
): Promise<WidgetClaims | undefined> {
  const findKey: JWTVerifyGetKey = ({ kid }) => {
    const key = ctx.signingKeys.all.find((candidate) => candidate.kid === kid)
    if (!key) throw new Error('no such signing key')
    return key.publicKey
  }
  if (!isCanonical(token)) return undefined
  try {
    const { payload } = await jwtVerify(token, findKey, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ctx.config.publicUrl,
      audience: AUDIENCE,
      requiredClaims: ['exp', 'jti', 'sub'],
      currentDate: new Date(ctx.now()),
    })
    // After a restore we no longer know which earlier tokens were spent, so none of them counts.
    if ((payload.iat ?? 0) < ctx.signingKeys.goodFromSeconds) return undefined
    return WidgetClaims.parse(payload)
  } catch {
    return undefined // nothing here reads the database, so a failure is always the token's
  }
}
