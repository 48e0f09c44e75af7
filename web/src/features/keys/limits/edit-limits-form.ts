import { dayOf } from '../../../lib/time/days.ts'
import type { ErrorDetail } from '@zentrix/shared/schemas/errors.ts'
import { UpdateKeyInput, type ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { noPolicy, type Policy } from '@zentrix/shared/policy.ts'
import {
  findExpiryError,
  findPolicyErrors,
  latestOffered,
  toLimits,
  toLimitsErrors,
  type LimitsForm,
  type LimitsFormErrors,
} from './limits-form.ts'

export function toLimitsForm(key: ApiKey): LimitsForm {
  return {
    environment: key.environment,
    expiry: key.expiresAt === null ? 'never' : 'date',
    expiryDate: key.expiresAt === null ? '' : dayOf(new Date(key.expiresAt), 'local'),
    scopes: key.scopes.join(' '),
    allowedIps: key.allowedIps.join('\n'),
    rateLimit: key.rateLimitPerMinute === null ? '' : String(key.rateLimitPerMinute),
  }
}

/**
 * Only the fields that the person changed: an untouched date keeps its time of day, and changes that
 * someone else made meanwhile are kept.
 */
export function toLimitsChange(
  form: LimitsForm,
  key: ApiKey,
  nowMs: number,
  latest: string | null = null,
): UpdateKeyInput {
  const before = toLimitsForm(key)
  const { environment, expiresAt, scopes, allowedIps, rateLimitPerMinute } = toLimits(
    form,
    nowMs,
    latest,
  )
  const hasChanged = (...fields: (keyof LimitsForm)[]) =>
    fields.some((field) => form[field] !== before[field])
  return {
    ...(hasChanged('environment') ? { environment } : {}),
    ...(hasChanged('expiry', 'expiryDate') ? { expiresAt } : {}),
    ...(hasChanged('scopes') ? { scopes } : {}),
    ...(hasChanged('allowedIps') ? { allowedIps } : {}),
    ...(hasChanged('rateLimit') ? { rateLimitPerMinute } : {}),
  }
}

export function validateLimits(
  form: LimitsForm,
  key: ApiKey,
  policy: Policy = noPolicy,
): LimitsFormErrors {
  const change = toLimitsChange(form, key, Date.now())
  const issues = UpdateKeyInput.safeParse(change).error?.issues ?? []
  const errors = toLimitsFormErrors(
    issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    change,
  )
  const expiryError =
    'expiresAt' in change
      ? findExpiryError(form, Date.now(), latestOffered(policy, Date.parse(key.createdAt)))
      : null
  if (expiryError) errors.expiryDate = expiryError
  const after = { ...key, ...toLimitsOf(change) }
  return { ...findPolicyErrors(policy, after, Object.keys(change)), ...errors }
}

/** The part of a change that a policy looks at; null clears. */
function toLimitsOf({ environment, scopes, allowedIps }: UpdateKeyInput) {
  return {
    ...(environment !== undefined && { environment }),
    ...(scopes !== undefined && { scopes: scopes ?? [] }),
    ...(allowedIps !== undefined && { allowedIps: allowedIps ?? [] }),
  }
}

export function toLimitsFormErrors(
  details: ErrorDetail[],
  { scopes = null, allowedIps = null }: UpdateKeyInput,
): LimitsFormErrors {
  return toLimitsErrors(details, { scopes, allowedIps })
}
