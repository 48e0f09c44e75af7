import { UnauthorizedError } from '../../lib/errors.ts'
import type { ProviderKeys } from './provider-keys.ts'

export type SignedMessage = {
  /** The body as it came, byte for byte; null when there was none. */
  body: Buffer | null
  keyIdentifier: unknown
  signature: unknown
}

/**
 * Holds that the provider has signed a message.
 *
 * @throws {UnauthorizedError} when it has not
 * @throws {AppError} `UNAVAILABLE` when that cannot be known
 */
export async function assertSigned(
  keys: ProviderKeys,
  { body, keyIdentifier, signature }: SignedMessage,
): Promise<void> {
  const hadSignature = signature !== undefined
  const check =
    body !== null && isText(keyIdentifier, /^[\w-]{1,128}$/) && isBase64(signature)
      ? await keys.find(keyIdentifier)
      : undefined
  if (!check?.(body!, signature as string))
    throw new UnauthorizedError('Invalid signature', hadSignature)
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value)
}

// A signature on P-256 takes at most 72 bytes; Node's decoder would pass over what is not base64.
function isBase64(value: unknown): value is string {
  return isText(value, /^[0-9A-Za-z+/]{1,96}={0,2}$/)
}
