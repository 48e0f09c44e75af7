import { twoFactorSchema } from '../identity/identity-schema.ts'

/** After so many wrong codes in a row, over all sign-ins, no code is accepted for a while. */
export const MAX_WRONG_CODES = 30
export const LOCK_SECONDS = 15 * 60

/**
 * The plugin with which better-auth asks for a code from an app (RFC 6238) after the password. It
 * seals the secret and the backup codes under the secret that signs cookies. No device is ever
 * trusted without a code: nobody could see or end such trust.
 *
 * @param isForKnownBrowsers their wrong codes are counted apart: see wrong-codes.ts
 */
export async function secondFactor(isForKnownBrowsers: boolean) {
  const { twoFactor } = await import('better-auth/plugins/two-factor')
  return twoFactor({
    accountLockout: {
      enabled: !isForKnownBrowsers,
      maxFailedAttempts: MAX_WRONG_CODES,
      durationSeconds: LOCK_SECONDS,
    },
    schema: twoFactorSchema,
  })
}
