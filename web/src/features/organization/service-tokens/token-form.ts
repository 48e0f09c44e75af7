import { IssueServiceTokenInput } from '@zentrix/shared/schemas/service-tokens.ts'
import type { OrganizationScope } from '@zentrix/shared/scopes.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'

export const tokenLifetimes = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
]

/** The values of the form, as typed. */
export type TokenForm = { name: string; scopes: OrganizationScope[]; lifetime: string }

export const emptyTokenForm: TokenForm = { name: '', scopes: ['keys:verify'], lifetime: 'never' }

export function toTokenInput(
  { name, scopes, lifetime }: TokenForm,
  nowMs: number,
): IssueServiceTokenInput {
  const expiresAt =
    lifetime === 'never' ? null : new Date(nowMs + Number(lifetime) * DAY_MS).toISOString()
  return { name: name.trim(), scopes, expiresAt }
}

export function validateTokenForm(form: TokenForm): Partial<Record<keyof TokenForm, string>> {
  const issues =
    IssueServiceTokenInput.safeParse(toTokenInput(form, Date.now())).error?.issues ?? []
  const errors = Object.fromEntries(issues.map(({ path, message }) => [String(path[0]), message]))
  return form.name.trim() === '' ? { ...errors, name: 'Enter a name' } : errors
}
