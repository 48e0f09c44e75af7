import type { AuditAction } from '@zentrix/shared/schemas/audit.ts'
import { addDays, startOfDay, type Zone } from '../../lib/time/days.ts'
import { actionNames } from '../../lib/audit/describe-event.ts'

/** The filters of the log, as in the address. `from` and `to` are days in `zone`. */
export type AuditFilter = {
  keyId: string
  action: AuditAction | ''
  actorId: string
  from: string
  /** The last day that is shown. */
  to: string
  zone: Zone
}

export const noFilter: AuditFilter = {
  keyId: '',
  action: '',
  actorId: '',
  from: '',
  to: '',
  zone: 'local',
}

/** Anyone may have written the address, so unknown values are ignored. */
export function readAuditFilter(search: URLSearchParams): AuditFilter {
  const action = search.get('action') ?? ''
  return {
    keyId: readId(search.get('keyId')),
    action: isAction(action) ? action : '',
    actorId: readId(search.get('actorId')),
    from: readDay(search.get('from')),
    to: readDay(search.get('to')),
    zone: search.get('zone') === 'utc' ? 'utc' : 'local',
  }
}

/** The reverse of `readAuditFilter`. */
export function writeAuditFilter({ zone, ...filter }: AuditFilter): URLSearchParams {
  const search = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
  if (zone === 'utc') search.set('zone', zone)
  return search
}

/** The query for the API, which takes moments instead of days. */
export function askedOf({ zone, ...filter }: AuditFilter): Omit<AuditFilter, 'zone'> {
  const startOf = (day: string) => startOfDay(day, zone).toISOString()
  const { from, to } = filter
  return { ...filter, from: from && startOf(from), to: to && startOf(addDays(to, 1)) }
}

export function isFiltered(filter: AuditFilter): boolean {
  return Object.entries(filter).some(([name, value]) => name !== 'zone' && value !== '')
}

export function isAction(text: string): text is AuditAction {
  return Object.hasOwn(actionNames, text)
}

/** Such as `2026-03-05`. */
export function isDay(text: string): boolean {
  return /^20\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00`))
}

function readDay(text: string | null): string {
  return text !== null && isDay(text) ? text : ''
}

function readId(text: string | null): string {
  return text !== null && /^[0-9A-Za-z_-]{1,100}$/.test(text) ? text : ''
}
