import type { KeysToRevoke } from '@zentrix/shared/schemas/revoke-many.ts'
import { HYGIENE_DAYS } from '@zentrix/shared/limits.ts'
import { DAY_MS, toMoment } from '@zentrix/shared/moment.ts'
import { isEnvironment } from '../environments.ts'

/** The conditions of the page, as in the address; empty where nothing is asked. */
export type RevokeFilter = {
  /** Keys that were chosen in the list; not in the address, which would be too long. */
  ids: string[]
  environment: string
  createdById: string
  olderThanDays: string
  isUnused: boolean
  isLeaked: boolean
}

const isId = (text: string) => /^[0-9A-Za-z_-]{1,100}$/.test(text)
const isDays = (text: string) => /^[1-9][0-9]{0,4}$/.test(text)

/** Anyone may have written the address, so unknown values are ignored. */
export function readRevokeFilter(search: URLSearchParams, chosen: string[] = []): RevokeFilter {
  const read = (name: string, isGood: (text: string) => boolean) => {
    const text = search.get(name) ?? ''
    return isGood(text) ? text : ''
  }
  return {
    ids: chosen.filter(isId),
    environment: read('environment', isEnvironment),
    createdById: read('createdById', isId),
    olderThanDays: read('olderThanDays', isDays),
    isUnused: search.get('unused') === 'true',
    isLeaked: search.get('leaked') === 'true',
  }
}

/** The reverse of `readRevokeFilter`. */
export function writeRevokeFilter(filter: RevokeFilter): URLSearchParams {
  const search = new URLSearchParams()
  for (const name of ['environment', 'createdById', 'olderThanDays'] as const)
    if (filter[name] !== '') search.set(name, filter[name])
  if (filter.isUnused) search.set('unused', 'true')
  if (filter.isLeaked) search.set('leaked', 'true')
  return search
}

/** The conditions as the API takes them; null while there is none. */
export function toConditions(filter: RevokeFilter, nowMs: number): KeysToRevoke | null {
  const { ids, environment, createdById, olderThanDays, isUnused, isLeaked } = filter
  const conditions: KeysToRevoke = {
    ...(ids.length > 0 && { ids }),
    ...(isEnvironment(environment) && { environment }),
    ...(createdById !== '' && { createdById }),
    ...(olderThanDays !== '' && { createdBefore: daysAgo(Number(olderThanDays), nowMs) }),
    ...(isUnused && { unusedSince: daysAgo(HYGIENE_DAYS, nowMs) }),
    ...(isLeaked && { leaked: true as const }),
  }
  return Object.keys(conditions).length === 0 ? null : conditions
}

function daysAgo(days: number, nowMs: number): string {
  return toMoment(nowMs - days * DAY_MS)
}
