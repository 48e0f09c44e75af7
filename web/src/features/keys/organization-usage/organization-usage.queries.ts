import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call, callForFile, sentenceOf, urlOf } from '../../../api/http.ts'
import { useAsk } from '../../../api/use-ask.ts'
import { saveFile } from '../../../lib/save-file.ts'
import { notify } from '../../../ui/feedback/notify.ts'
import { REFRESH_MS } from '../keys.queries.ts'
import { toUsageQuery, type UsageFilter } from './usage-filter.ts'

/** All uses of the organization's keys in the time that is chosen. */
export function organizationUsageQuery(filter: UsageFilter) {
  const { range, environment } = filter
  return queryOptions({
    queryKey: ['organization-usage', range, environment],
    queryFn: ({ signal }) =>
      call('GET /api/usage', { query: toUsageQuery(filter, Date.now()), signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 4 * REFRESH_MS,
  })
}

const fileOf = (filter: UsageFilter) => ({
  query: { ...toUsageQuery(filter, Date.now()), format: 'csv' as const },
})

/** The address of the same as a file, in the organization of the session. */
export function usageFileUrl(filter: UsageFilter): string {
  return urlOf('GET /api/usage', fileOf(filter))
}

/** Saves that file for the organization that the page shows, which an address cannot name. */
export function useSaveUsageFile() {
  return useAsk({
    ask: (filter: UsageFilter) => callForFile('GET /api/usage', fileOf(filter)),
    onAnswer: (file) => saveFile('usage.csv', file),
    onError: (error) =>
      void notify({ color: 'red', title: 'The file was not saved', message: sentenceOf(error) }),
  })
}
