import type { ErrorDetail } from '@zentrix/shared/schemas/errors.ts'
import type { Environment, UpdateKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { MAX_RATE_LIMIT_PER_MINUTE } from '@zentrix/shared/limits.ts'
import { DAY_MS, MINUTE_MS, toMoment } from '@zentrix/shared/moment.ts'
import {
  breachesOfChange,
  latestExpiry,
  type JudgedKey,
  type Policy,
} from '@zentrix/shared/policy.ts'
import { formatDay } from '../../../lib/time/times.ts'
import { dayOf } from '../../../lib/time/days.ts'

/** Never, in so many days, or on a date. */
export type Expiry = 'never' | `${number}` | 'date'

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

export function toLimits(form: LimitsForm, nowMs: number, latest: string | null = null): Limits {
  return {
    environment: form.environment,
    expiresAt: expiryOf(form, nowMs, latest),
    scopes: splitWords(form.scopes),
    allowedIps: splitWords(form.allowedIps),
    rateLimitPerMinute: form.rateLimit.trim() === '' ? null : Number(form.rateLimit),
  }
}

/**
 * When the key would expire: a date means the end of that day in the person's time zone, and the
 * longest life ends at `latest`.
 *
 * @returns null for never, and while no date is chosen
 */
export function expiryOf(
  { expiry, expiryDate }: Pick<LimitsForm, 'expiry' | 'expiryDate'>,
  nowMs: number,
  latest: string | null = null,
): string | null {
  if (expiry === 'never') return null
  if (expiry !== 'date') {
    const moment = toMoment(nowMs + Number(expiry) * DAY_MS)
    const isCut = latest !== null && moment > latest && offsetMs(moment, latest) <= SLACK_MS
    return isCut ? latest : moment
  }
  const end = new Date(`${expiryDate}T23:59:59.999`)
  return Number.isNaN(end.getTime()) ? null : end.toISOString()
}

// The clock of this device may be ahead of the service's.
const SLACK_MS = 5 * MINUTE_MS

/** The latest expiry that a form offers, a little before the policy's own; null for any. */
export function latestOffered(policy: Policy, createdAtMs: number): string | null {
  const latest = latestExpiry(policy, toMoment(createdAtMs))
  return latest === null ? null : toMoment(Date.parse(latest) - SLACK_MS)
}

/** The last day whose end is not too late, in the format of a date field. */
export function latestDay(latest: string): string {
  return dayOf(new Date(Date.parse(latest) - DAY_MS), 'local')
}

/**
 * The choices of an expiry that the policy allows.
 *
 * @param isKept whether the key never expires and may stay so
 */
export function offeredExpiries(
  policy: Policy,
  latest: string | null,
  isKept: boolean,
  nowMs: number,
): Expiry[] {
  const { maxLifetimeDays } = policy
  const fits = (days: number) =>
    latest === null || nowMs + days * DAY_MS - SLACK_MS <= Date.parse(latest)
  const days = [...new Set([30, 90, ...(maxLifetimeDays === null ? [] : [maxLifetimeDays])])]
    .toSorted((a, b) => a - b)
    .filter(fits)
  const hasDate = latest === null || latestDay(latest) >= today()
  return [
    ...(latest === null || isKept ? (['never'] as const) : []),
    ...days.map((count): Expiry => `${count}`),
    ...(hasDate ? (['date'] as const) : []),
  ]
}

/** A form whose expiry is not offered gets the longest that is. */
export function withOfferedExpiry<Form extends LimitsForm>(form: Form, offered: Expiry[]): Form {
  if (offered.includes(form.expiry)) return form
  const longest = offered.findLast((it) => it !== 'date') ?? offered[0]
  return longest === undefined ? form : { ...form, expiry: longest }
}

/** The same words as the service's, before it is asked. */
export function findPolicyErrors(
  policy: Policy,
  key: JudgedKey,
  changed: readonly string[],
): LimitsFormErrors {
  const breaches = breachesOfChange(policy, key, changed).filter(({ path }) => path !== 'expiresAt')
  return toLimitsErrors(breaches, {})
}

/** Finds what no schema can: a missing, past or late date. */
export function findExpiryError(
  form: LimitsForm,
  nowMs: number,
  latest: string | null = null,
): string | null {
  const expiresAt = expiryOf(form, nowMs, latest)
  if (form.expiry === 'date' && expiresAt === null) return 'Choose a date'
  if (expiresAt && Date.parse(expiresAt) <= nowMs) return 'Choose a date that is not past'
  if (latest !== null && (expiresAt === null || expiresAt > latest))
    return `Your organization’s policy allows ${formatDay(latest)} at the latest`
  return null
}

function offsetMs(later: string, earlier: string): number {
  return Date.parse(later) - Date.parse(earlier)
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

/** Words that are parted by spaces, commas or lines. */
export function splitWords(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}
