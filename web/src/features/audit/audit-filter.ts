import type { AuditAction } from '@zentrix/shared/schemas/audit.ts'
import { actionNames } from '../../lib/audit/describe-event.ts'

/** The filters of the log, as in the address. `from` and `to` are days in the person's time zone. */
export type AuditFilter = {
  keyId: string
  action: AuditAction | ''
  actorId: string
  from: string
  /** The last day that is shown. */
  to: string
}

export const noFilter: AuditFilter = { keyId: '', action: '', actorId: '', from: '', to: '' }

/** Anyone may have written the address, so unknown values are ignored. */
export function readAuditFilter(search: URLSearchParams): AuditFilter {
  const action = search.get('action') ?? ''
  return {
    keyId: readId(search.get('keyId')),
    action: isAction(action) ? action : '',
    actorId: readId(search.get('actorId')),
    from: readDay(search.get('from')),
    to: readDay(search.get('to')),
  }
}

/** The reverse of `readAuditFilter`. */
export function writeAuditFilter(filter: AuditFilter): URLSearchParams {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
}

/** The query for the API, which takes moments instead of days. */
export function askedOf(filter: AuditFilter): AuditFilter {
  const { from, to } = filter
  return { ...filter, from: from && startOf(from), to: to && startOf(to, { daysLater: 1 }) }
}

export function isFiltered(filter: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== '')
}

export function isAction(text: string): text is AuditAction {
  return Object.hasOwn(actionNames, text)
}

/** Such as `2026-03-05`. */
export function isDay(text: string): boolean {
  return /^20\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00`))
}

// Adding 24 hours would be off by an hour when the clocks change.
function startOf(day: string, { daysLater } = { daysLater: 0 }): string {
  const start = new Date(`${day}T00:00`)
  start.setDate(start.getDate() + daysLater)
  return start.toISOString()
}

function readDay(text: string | null): string {
  return text !== null && isDay(text) ? text : ''
}

function readId(text: string | null): string {
  return text !== null && /^[0-9A-Za-z_-]{1,100}$/.test(text) ? text : ''
}
