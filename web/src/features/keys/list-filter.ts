import type { Environment, KeyFilter } from '@zentrix/shared/keys.ts'

export type ListedStatus = Exclude<KeyFilter, 'all'>

/** What the list shows, as the address says it. */
export type ListFilter = {
  status: ListedStatus
  q: string
  environment: Environment | ''
}

export const listedStatuses: { value: ListedStatus; label: string }[] = [
  { value: 'active', label: 'Active' },
  { value: 'revoked', label: 'Revoked' },
  { value: 'expired', label: 'Expired' },
]

export const environmentNames: Record<Environment, string> = {
  production: 'Production',
  staging: 'Staging',
  development: 'Development',
}

/** Anyone may have written the address: what it does not know is left out. */
export function readListFilter(search: URLSearchParams): ListFilter {
  const status = listedStatuses.find(({ value }) => value === search.get('status'))?.value
  const environment = search.get('environment') ?? ''
  return {
    status: status ?? 'active',
    q: (search.get('q') ?? '').trim().slice(0, 100),
    environment: isEnvironment(environment) ? environment : '',
  }
}

/** The other way round; what is as always stays out of the address. */
export function writeListFilter({ status, q, environment }: ListFilter): URLSearchParams {
  const search = new URLSearchParams()
  if (status !== 'active') search.set('status', status)
  if (q !== '') search.set('q', q)
  if (environment !== '') search.set('environment', environment)
  return search
}

export function isEnvironment(text: string): text is Environment {
  return Object.hasOwn(environmentNames, text)
}
