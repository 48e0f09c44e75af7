import { IssueKeyInput, type Environment } from '@zentrix/shared/keys.ts'
import type { ErrorDetail } from '@zentrix/shared/errors.ts'
import { DAY_MS } from '../../lib/times.ts'

export type Expiry = 'never' | '30' | '90' | 'date'

/** What the form holds, as typed. */
export type IssueForm = {
  label: string
  environment: Environment
  expiry: Expiry
  expiryDate: string
  scopes: string
  allowedIps: string
  rateLimit: string
}

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

export function toIssueInput(form: IssueForm, nowMs: number): IssueKeyInput {
  return {
    label: form.label,
    environment: form.environment,
    expiresAt: expiryOf(form, nowMs),
    scopes: splitWords(form.scopes),
    allowedIps: splitWords(form.allowedIps),
    rateLimitPerMinute: form.rateLimit.trim() === '' ? null : Number(form.rateLimit),
  }
}

/**
 * When the key would end: a date lasts until its end in the person's zone.
 *
 * @returns null for never, and while no date is chosen
 */
export function expiryOf({ expiry, expiryDate }: IssueForm, nowMs: number): string | null {
  if (expiry === 'never') return null
  if (expiry !== 'date') return new Date(nowMs + Number(expiry) * DAY_MS).toISOString()
  const end = new Date(`${expiryDate}T23:59:59.999`)
  return Number.isNaN(end.getTime()) ? null : end.toISOString()
}

export function validateIssueForm(form: IssueForm): IssueFormErrors {
  const input = toIssueInput(form, Date.now())
  const issues = IssueKeyInput.safeParse(input).error?.issues ?? []
  const errors = toIssueFormErrors(
    issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    input,
  )
  if (form.expiry === 'date' && input.expiresAt === null) errors.expiryDate = 'Choose a date'
  else if (input.expiresAt && Date.parse(input.expiresAt) <= Date.now())
    errors.expiryDate = 'Choose a date that is not past'
  return errors
}

const fieldOf: Record<string, keyof IssueForm> = {
  label: 'label',
  environment: 'environment',
  expiresAt: 'expiryDate',
  scopes: 'scopes',
  allowedIps: 'allowedIps',
  rateLimitPerMinute: 'rateLimit',
}

/** Puts what the schema or the API found beside the field it came from. */
export function toIssueFormErrors(details: ErrorDetail[], input: IssueKeyInput): IssueFormErrors {
  const errors: IssueFormErrors = {}
  for (const { path, message } of details) {
    const [name = '', index] = path.split('.')
    const field = fieldOf[name]
    if (field && !errors[field])
      errors[field] = sentence(field, message, entryOf(input, name, index))
  }
  return errors
}

function sentence(field: keyof IssueForm, message: string, entry: string | undefined): string {
  if (field === 'rateLimit') return 'Must be a whole number from 1 to 1,000,000'
  return entry === undefined ? message : `${entry}: ${message}`
}

function entryOf(input: IssueKeyInput, name: string, index: string | undefined) {
  if (index === undefined) return undefined
  const entries = name === 'scopes' ? input.scopes : input.allowedIps
  return entries?.[Number(index)]
}

function splitWords(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}
