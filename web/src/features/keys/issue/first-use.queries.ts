import { queryOptions } from '@tanstack/react-query'
import { call, sentenceOf } from '../../../api/http.ts'

const SOON_MS = 3000
const LATER_MS = 15_000
const LOOKS_SOON = 20

/** The first accepted request of a key, and the last refused one; asked while the page is in sight. */
export function firstUseQuery(id: string) {
  return queryOptions({
    queryKey: ['first-use', id],
    queryFn: async ({ signal }) => {
      const { addresses, refusals } = await call('GET /api/keys/:id/callers', {
        params: { id },
        signal,
      }).catch((error: Error) => {
        // No failure of the API: an ended session must not take the new key away.
        throw new Error(sentenceOf(error), { cause: error })
      })
      return {
        accepted: addresses.find(({ accepted }) => accepted > 0) ?? null,
        refused: refusals[0] ?? null,
      }
    },
    refetchInterval: ({ state: { data, dataUpdateCount, errorUpdateCount } }) => {
      if (data?.accepted) return false
      return dataUpdateCount + errorUpdateCount < LOOKS_SOON ? SOON_MS : LATER_MS
    },
    retry: false,
    gcTime: 0,
  })
}
