import { useQuery } from '@tanstack/react-query'
import type { ApiKey, KeyPage } from '@zentrix/shared/keys.ts'
import { request } from '../../../api/http.ts'

const REFRESH_MS = 60_000

/**
 * The newest keys that leaked and are neither revoked nor expired; none until they are known.
 *
 * @param isPaused while a new key is on show nothing is fetched
 */
export function useLeakedKeys(isPaused: boolean): ApiKey[] {
  const { data } = useQuery({
    queryKey: ['leaked-keys'],
    queryFn: ({ signal }) =>
      request<KeyPage>('GET', '/api/keys', { query: { hygiene: 'leaked' }, signal }),
    staleTime: REFRESH_MS,
    refetchInterval: isPaused ? false : REFRESH_MS,
    refetchOnWindowFocus: isPaused ? false : 'always',
  })
  return data?.data ?? []
}
