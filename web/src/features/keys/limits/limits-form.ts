import type { ErrorDetail } from '@zentrix/shared/schemas/errors.ts'
import type { Environment, UpdateKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { MAX_RATE_LIMIT_PER_MINUTE } from '@zentrix/shared/limits.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { dayOf } from '../../../lib/time/days.ts'

export type Expiry = 'never' | '30' | '90' | 'date'

/** The values of a form about a key's limits, as typed. */
export type LimitsForm = {
  environment: Environment
  expiry: Expiry
  expiryDate: string
  scopes: string
  allowedIps: string
  rateLimit: string
}

export type Limits = Required<
  Pick<UpdateKeyInput, 'environment' | 'expiresAt' | 'scopes' | 'allowedIps' | 'rateLimitPerMinute'>
>

export type LimitsFormErrors = Partial<Record<keyof LimitsForm, string>>

export function toLimits(form: LimitsForm, nowMs: number): Limits {
  return {
    environment: form.environment,
    expiresAt: expiryOf(form, nowMs),
    scopes: splitWords(form.scopes),
    allowedIps: splitWords(form.allowedIps),
    rateLimitPerMinute: form.rateLimit.trim() === '' ? null : Number(form.rateLimit),
  }
}

/**
 * When the key would expire: a date means the end of that day in the person's time zone.
 *
 * @returns null for never, and while no date is chosen
 */
export function expiryOf(
  { expiry, expiryDate }: Pick<LimitsForm, 'expiry' | 'expiryDate'>,
  nowMs: number,
): string | null {
  if (expiry === 'never') return null
  if (expiry !== 'date') return new Date(nowMs + Number(expiry) * DAY_MS).toISOString()
  const end = new Date(`${expiryDate}T23:59:59.999`)
  return Number.isNaN(end.getTime()) ? null : end.toISOString()
}

/** Finds what no schema can: a missing or past date. */
export function findExpiryError(form: LimitsForm, nowMs: number): string | null {
  const expiresAt = expiryOf(form, nowMs)
  if (form.expiry === 'date' && expiresAt === null) return 'Choose a date'
  if (expiresAt && Date.parse(expiresAt) <= nowMs) return 'Choose a date that is not past'
  return null
}

/** Today, in the format of a date field. */
export function today(): string {
  return dayOf(new Date(), 'local')
}

const fieldOf: Record<string, keyof LimitsForm> = {
  environment: 'environment',
  expiresAt: 'expiryDate',
  scopes: 'scopes',
  allowedIps: 'allowedIps',
  rateLimitPerMinute: 'rateLimit',
}

/** Maps errors of the schema or the API to the fields of the form. */
export function toLimitsErrors(
  details: ErrorDetail[],
  input: Partial<Pick<Limits, 'scopes' | 'allowedIps'>>,
): LimitsFormErrors {
  const errors: LimitsFormErrors = {}
  for (const { path, message } of details) {
    const [name = '', index] = path.split('.')
    const field = fieldOf[name]
    if (field && !errors[field])
      errors[field] = sentence(field, message, entryOf(input, name, index))
  }
  return errors
}

function sentence(field: keyof LimitsForm, message: string, entry: string | undefined): string {
  if (field === 'rateLimit')
    return `Must be a whole number from 1 to ${MAX_RATE_LIMIT_PER_MINUTE.toLocaleString('en')}`
  return entry === undefined ? message : `${entry}: ${message}`
}

function entryOf(
  input: Partial<Pick<Limits, 'scopes' | 'allowedIps'>>,
  name: string,
  index: string | undefined,
) {
  if (index === undefined) return undefined
  const entries = name === 'scopes' ? input.scopes : input.allowedIps
  return entries?.[Number(index)]
}

function splitWords(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}
