/**
 * This service is set up wrongly; the key that was presented has no part in it. The message
 * repeats nothing that was sent.
 */
export class VerifyConfigurationError extends Error {
  override readonly name = 'VerifyConfigurationError'
  readonly code = 'VERIFY_CONFIGURATION'
}
