import type { ApiKey, IssueKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { invalidField } from '../../lib/errors.ts'

/** What a key may do and for how long: what its maker chooses, and a successor inherits. */
export type KeySettings = Pick<
  ApiKey,
  'label' | 'environment' | 'scopes' | 'allowedIps' | 'rateLimitPerMinute' | 'expiresAt'
>

/** The settings that an input means: absent and null are the same, and so are two spellings of a time. */
export function toSettings(input: IssueKeyInput): KeySettings {
  return {
    label: input.label,
    environment: input.environment ?? 'production',
    scopes: input.scopes ?? [],
    allowedIps: input.allowedIps ?? [],
    rateLimitPerMinute: input.rateLimitPerMinute ?? null,
    expiresAt: inUtc(input.expiresAt ?? null),
  }
}

/** An expiry as it is stored: UTC with milliseconds. */
export function inUtc(expiresAt: string | null): string | null {
  return expiresAt === null ? null : new Date(expiresAt).toISOString()
}

/** @throws {InvalidInputError} for an expiry, as it is stored, that is not in the future */
export function assertInFuture(expiresAt: string | null, now: string): void {
  if (expiresAt !== null && expiresAt <= now)
    throw invalidField('expiresAt', 'Must be in the future')
}
