import { UnauthorizedError } from '../../lib/errors.ts'
import type { ProviderKeys } from './provider-keys.ts'

export type SignedMessage = {
  /** The body, byte for byte; null when there was none. */
  body: Buffer | null
  keyIdentifier: unknown
  signature: unknown
}

/**
 * Asserts that the provider signed the message.
 *
 * @throws {UnauthorizedError} when it did not
 * @throws {AppError} `UNAVAILABLE` when the provider's keys cannot be fetched
 */
export async function assertSigned(
  keys: ProviderKeys,
  { body, keyIdentifier, signature }: SignedMessage,
): Promise<void> {
  const hadSignature = signature !== undefined
  const isSigned =
    body !== null &&
    isText(keyIdentifier, /^[\w-]{1,128}$/) &&
    isBase64(signature) &&
    (await keys.find(keyIdentifier))?.(body, signature) === true
  if (!isSigned) throw new UnauthorizedError('Invalid signature', hadSignature)
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value)
}

// A signature on P-256 takes at most 72 bytes; Node's decoder would skip characters outside base64.
function isBase64(value: unknown): value is string {
  return isText(value, /^[0-9A-Za-z+/]{1,96}={0,2}$/)
}
