import type { AuditAction } from '@zentrix/shared/audit.ts'
import { actionNames } from './describe-event.ts'

/** What the log shows, as the address says it; the names are those of the API. */
export type AuditFilter = { keyId: string; action: AuditAction | ''; actorId: string }

export const noFilter: AuditFilter = { keyId: '', action: '', actorId: '' }

/** Anyone may have written the address: what it does not know is left out. */
export function readAuditFilter(search: URLSearchParams): AuditFilter {
  const action = search.get('action') ?? ''
  return {
    keyId: readId(search.get('keyId')),
    action: isAction(action) ? action : '',
    actorId: readId(search.get('actorId')),
  }
}

/** The other way round, for the page and for the API alike. */
export function writeAuditFilter(filter: AuditFilter): URLSearchParams {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
}

export function isFiltered(filter: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== '')
}

export function isAction(text: string): text is AuditAction {
  return Object.hasOwn(actionNames, text)
}

function readId(text: string | null): string {
  return text !== null && /^[0-9A-Za-z_-]{1,100}$/.test(text) ? text : ''
}
