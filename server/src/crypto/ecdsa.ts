import { createPublicKey, verify, type KeyObject } from 'node:crypto'

/** Whether a message, byte for byte, was signed; the signature is base64. */
export type SignatureCheck = (message: Buffer, signature: string) => boolean

/**
 * The check of ECDSA signatures on P-256 with SHA-256, as DER, by one public key.
 *
 * @param pem the key as SubjectPublicKeyInfo
 * @returns undefined for what is no public key on that curve
 * @see FIPS 186-5 §6, RFC 3279 §2.2.3 (the DER)
 */
export function signatureCheckBy(pem: string): SignatureCheck | undefined {
  const key = readPublicKey(pem)
  if (key?.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined
  return (message, signature) => verify('sha256', message, key, Buffer.from(signature, 'base64'))
}

function readPublicKey(pem: string): KeyObject | undefined {
  // Node would take the public half of a private key, too; nobody publishes one and means it.
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) return undefined
  try {
    return createPublicKey(pem)
  } catch {
    return undefined
  }
}
