import { queryOptions } from '@tanstack/react-query'
import { call } from '../../../api/http.ts'

// Shorter texts are words of a label rather than ids of requests.
const requestId = /^[A-Za-z0-9_.-]{6,64}$/

/** Refused requests with this id; nothing is asked for a text that can be none. */
export function refusalsQuery(text: string) {
  return queryOptions({
    queryKey: ['refusals', text],
    queryFn: async ({ signal }) => {
      const query = { requestId: text }
      return (await call('GET /api/refusals', { query, signal })).data
    },
    enabled: requestId.test(text),
  })
}
