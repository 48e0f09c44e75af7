import type { ApiKey, IssueKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { invalidField } from '../../lib/errors.ts'

/** The settings that the maker of a key chooses and its successor inherits. */
export type KeySettings = Pick<
  ApiKey,
  'label' | 'environment' | 'scopes' | 'allowedIps' | 'rateLimitPerMinute' | 'expiresAt'
>

/** The settings in an input: absent and null mean the same, and so do two spellings of one time. */
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

/**
 * @param expiresAt in the stored form
 * @throws {InvalidInputError} if it is not in the future
 */
export function assertInFuture(expiresAt: string | null, now: string): void {
  if (expiresAt !== null && expiresAt <= now)
    throw invalidField('expiresAt', 'Must be in the future')
}
