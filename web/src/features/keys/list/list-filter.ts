import type { Environment, Hygiene, KeyFilter, KeySort } from '@zentrix/shared/schemas/keys.ts'
import { HYGIENE_DAYS } from '@zentrix/shared/limits.ts'
import { soughtSecret } from '../../../lib/secrets/sought-secret.ts'
import { isEnvironment } from '../environments.ts'

export const MAX_SEARCH_LENGTH = 100

export type ListedStatus = Exclude<KeyFilter, 'all'>

/** The filters of the list, as in the address. */
export type ListFilter = {
  status: ListedStatus
  q: string
  environment: Environment | ''
  hygiene: Hygiene | ''
  /** Who made the keys; empty for anyone. */
  createdById: string
  /** Latest first, by this. */
  sort: KeySort
}

/** The filter when nothing is chosen. */
export const everything = { q: '', environment: '', hygiene: '', createdById: '' } as const

export const listedStatuses: { value: ListedStatus; label: string }[] = [
  { value: 'active', label: 'Active' },
  { value: 'revoked', label: 'Revoked' },
  { value: 'expired', label: 'Expired' },
]

/** Reasons why a live key needs attention. */
export const hygieneNames: Record<Hygiene, string> = {
  leaked: 'Leaked',
  'never-expires': 'Never expires',
  unused: `Unused for ${HYGIENE_DAYS} days`,
  old: `Older than ${HYGIENE_DAYS} days`,
  'breaks-policy': 'Breaks the policy',
}

/** Anyone may have written the address, so unknown values are ignored. */
export function readListFilter(search: URLSearchParams): ListFilter {
  const listed = listedStatuses.find(({ value }) => value === search.get('status'))
  const status = listed?.value ?? 'active'
  const environment = search.get('environment') ?? ''
  const hygiene = search.get('hygiene') ?? ''
  return {
    status,
    q: searchable(search.get('q') ?? ''),
    environment: isEnvironment(environment) ? environment : '',
    hygiene: status === 'active' && isHygiene(hygiene) ? hygiene : '',
    createdById: readId(search.get('createdById') ?? ''),
    sort: search.get('sort') === 'lastUsed' ? 'lastUsed' : 'created',
  }
}

// A key in an address was put there by somebody else; it must not go any further.
function searchable(q: string): string {
  return soughtSecret(q).kind === 'none' ? q.trim().slice(0, MAX_SEARCH_LENGTH) : ''
}

function readId(text: string): string {
  return /^[0-9A-Za-z_-]{1,100}$/.test(text) && soughtSecret(text).kind === 'none' ? text : ''
}

/** The reverse of `readListFilter`; defaults stay out of the address. */
export function writeListFilter(filter: ListFilter): URLSearchParams {
  const { status, q, environment, hygiene, createdById, sort } = filter
  const search = new URLSearchParams()
  if (status !== 'active') search.set('status', status)
  if (q !== '') search.set('q', q)
  if (environment !== '') search.set('environment', environment)
  if (status === 'active' && hygiene !== '') search.set('hygiene', hygiene)
  if (createdById !== '') search.set('createdById', createdById)
  if (sort !== 'created') search.set('sort', sort)
  return search
}

/** Whether the list shows only a part of its tab. */
export function isFiltered({ q, environment, hygiene, createdById }: ListFilter): boolean {
  return [q, environment, hygiene, createdById].some((value) => value !== '')
}

export function isHygiene(text: string): text is Hygiene {
  return Object.hasOwn(hygieneNames, text)
}
