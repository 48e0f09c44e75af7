import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { toMoment } from '@zentrix/shared/moment.ts'
import { call, callForFile, sentenceOf, urlOf } from '../../api/http.ts'
import { useAsk } from '../../api/use-ask.ts'
import { saveFile } from '../../lib/save-file.ts'
import { notify } from '../../ui/feedback/notify.ts'
import { firstPage } from '../../lib/first-page.ts'
import { askedOf, type AuditFilter } from './audit-filter.ts'

export const PAGE_SIZE = 50

// Events never change, so only the newest page can be out of date. Reading hundreds of pages
// again would show nothing new.
const MAX_REFRESHED_PAGES = 4

export function auditEventsQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit-events', filter],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/audit-events', {
        query: { ...askedOf(filter), limit: PAGE_SIZE, cursor: pageParam },
        signal,
      }),
    initialPageParam: firstPage,
    getNextPageParam: (page) => page.nextCursor,
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= MAX_REFRESHED_PAGES,
  })
}

const fileOf = (filter: AuditFilter) => ({ query: { ...askedOf(filter), format: 'csv' as const } })

/** The address of the file with all events that match, in the organization of the session. */
export function auditFileUrl(filter: AuditFilter): string {
  return urlOf('GET /api/audit-events', fileOf(filter))
}

/** Saves that file for the organization that the page shows, which an address cannot name. */
export function useSaveAuditFile() {
  return useAsk({
    ask: (filter: AuditFilter) => callForFile('GET /api/audit-events', fileOf(filter)),
    onAnswer: (file) => saveFile(`audit-events-${toMoment(Date.now()).slice(0, 10)}.csv`, file),
    onError: (error) =>
      void notify({ color: 'red', title: 'The file was not saved', message: sentenceOf(error) }),
  })
}

/** The key that the log is filtered by; the address has only its id. */
export function filteredKeyQuery(id: string) {
  return queryOptions({
    queryKey: ['audited-key', id],
    queryFn: ({ signal }) => call('GET /api/keys/:id', { params: { id }, signal }),
    enabled: id !== '',
    staleTime: 60_000,
  })
}

const MAX_SUGGESTIONS = 20

/** Keys to filter by, found by label or last four. */
export function keySuggestionsQuery(q: string) {
  return queryOptions({
    queryKey: ['audited-keys', q],
    queryFn: ({ signal }) =>
      call('GET /api/keys', {
        query: { status: 'all', q, limit: MAX_SUGGESTIONS },
        signal,
      }),
    staleTime: 15_000,
  })
}
