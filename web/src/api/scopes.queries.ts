import { queryOptions, useQuery } from '@tanstack/react-query'
import { WIDGET_TOKEN_SCOPE } from '@zentrix/shared/scopes.ts'
import { call } from './http.ts'

export type OfferedScope = { name: string; description: string }

const ownScopes: OfferedScope[] = [
  { name: WIDGET_TOKEN_SCOPE, description: 'Start voice calls with agents' },
]

const scopesQuery = queryOptions({
  queryKey: ['scopes'],
  queryFn: async ({ signal }) => (await call('GET /api/scopes', { signal })).data,
  staleTime: 60_000,
  meta: { reads: 'the scopes' },
})

/** The scopes that a key can be given: those of our own first, then what services declared. */
export function useOfferedScopes(): OfferedScope[] {
  const declared = useQuery(scopesQuery).data ?? []
  const isOwn = (name: string) => ownScopes.some((own) => own.name === name)
  return [...ownScopes, ...declared.filter(({ name }) => !isOwn(name))]
}
