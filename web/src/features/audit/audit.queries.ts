import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { AuditEventPage } from '@zentrix/shared/audit.ts'
import type { ApiKey } from '@zentrix/shared/keys.ts'
import { request } from '../../api/http.ts'

export const auditEventsQuery = infiniteQueryOptions({
  queryKey: ['audit-events'],
  queryFn: ({ pageParam, signal }) =>
    request<AuditEventPage>('GET', '/api/audit-events', { query: { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
})

/** An event names its key by id; a person knows it by label and last four. */
export function auditedKeyQuery(id: string) {
  return queryOptions({
    queryKey: ['audited-key', id],
    queryFn: ({ signal }) => request<ApiKey>('GET', `/api/keys/${id}`, { signal }),
    staleTime: 60_000,
  })
}
