import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import type { JsonWebKeySet } from '@zentrix/shared/schemas/widget.ts'
import { seal, unseal } from './sealing.ts'
import { present } from '../lib/typed.ts'

export type PublicJwk = JsonWebKeySet['keys'][number]

export type SigningKey = {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
  publicJwk: PublicJwk
}

export type SealedSigningKey = { kid: string; publicJwk: PublicJwk; sealedPrivateKey: Buffer }

/** RFC 7638 §3: SHA-256 over the required members in lexicographic order, base64url. */
function thumbprint(x: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url')
}

/**
 * A new Ed25519 key pair whose private half is sealed before it leaves this function.
 *
 * @see RFC 8032 (Ed25519), RFC 8037 (its JWK)
 */
export function makeSigningKey(sealingKey: Buffer): SealedSigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const x = present(publicKey.export({ format: 'jwk' }).x)
  const kid = thumbprint(x)
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' })
  return {
    kid,
    publicJwk: { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' },
    sealedPrivateKey: seal(sealingKey, pkcs8, `signing-key/${kid}`),
  }
}

/** Opens a sealed key; undefined when it was sealed under another key, or changed since. */
export function openSigningKey(
  sealingKey: Buffer,
  { kid, publicJwk, sealedPrivateKey }: SealedSigningKey,
): SigningKey | undefined {
  const pkcs8 = unseal(sealingKey, sealedPrivateKey, `signing-key/${kid}`)
  if (!pkcs8) return undefined
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  // The public half is taken from the sealed one: a swapped row must not verify a forger's tokens.
  const { x } = publicKey.export({ format: 'jwk' })
  return x === publicJwk.x ? { kid, privateKey, publicKey, publicJwk } : undefined
}
