import type { ErrorDetail } from '@zentrix/shared/schemas/errors.ts'
import { IssueKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { toMoment } from '@zentrix/shared/moment.ts'
import { noPolicy, type Policy } from '@zentrix/shared/policy.ts'
import {
  findExpiryError,
  findPolicyErrors,
  latestOffered,
  toLimits,
  toLimitsErrors,
  type LimitsForm,
} from '../limits/limits-form.ts'

/** The values of the form, as typed. */
export type IssueForm = LimitsForm & { label: string }

export const emptyIssueForm: IssueForm = {
  label: '',
  environment: 'production',
  expiry: 'never',
  expiryDate: '',
  scopes: '',
  allowedIps: '',
  rateLimit: '',
}

/** The fields behind "Limit what it can do". */
export const limitFields = ['scopes', 'allowedIps', 'rateLimit'] as const

export type IssueFormErrors = Partial<Record<keyof IssueForm, string>>

export function toIssueInput(
  form: IssueForm,
  nowMs: number,
  policy: Policy = noPolicy,
): IssueKeyInput {
  return { label: form.label, ...toLimits(form, nowMs, latestOffered(policy, nowMs)) }
}

export function validateIssueForm(form: IssueForm, policy: Policy = noPolicy): IssueFormErrors {
  const nowMs = Date.now()
  const limits = toLimits(form, nowMs)
  const input = toIssueInput(form, nowMs)
  const issues = IssueKeyInput.safeParse(input).error?.issues ?? []
  const errors = toIssueFormErrors(
    issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    input,
  )
  const expiryError = findExpiryError(form, nowMs, latestOffered(policy, nowMs))
  if (expiryError) errors.expiryDate = expiryError
  const key = {
    ...limits,
    environment: limits.environment ?? 'production',
    scopes: limits.scopes ?? [],
    allowedIps: limits.allowedIps ?? [],
    expiresAt: limits.expiresAt ?? null,
    createdAt: toMoment(nowMs),
  }
  return { ...findPolicyErrors(policy, key, ['environment']), ...errors }
}

/** Maps errors of the schema or the API to the fields of the form. */
export function toIssueFormErrors(details: ErrorDetail[], input: IssueKeyInput): IssueFormErrors {
  const { scopes = null, allowedIps = null } = input
  const label = details.find(({ path }) => path === 'label')?.message
  return {
    ...(label === undefined ? {} : { label }),
    ...toLimitsErrors(details, { scopes, allowedIps }),
  }
}
