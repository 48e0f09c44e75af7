import { queryOptions, useQueryClient } from '@tanstack/react-query'
import type { KeysToRevoke, RevokeManyInput } from '@zentrix/shared/schemas/revoke-many.ts'
import { call } from '../../../api/http.ts'
import { doneIf, useChange } from '../../../api/use-change.ts'
import { toConditions, type RevokeFilter } from './revoke-many-filter.ts'

/** The keys to revoke. They are read again only on request: nothing moves under the pointer. */
export function previewQuery(filter: RevokeFilter) {
  return queryOptions({
    queryKey: ['revoke-many', filter],
    queryFn: async ({ signal }) => {
      const conditions = toConditions(filter, Date.now())
      if (conditions === null) return null
      const body = { filter: conditions, dryRun: true }
      const { keys } = await call('POST /api/keys/revoke-many', { body, signal })
      return { conditions, keys }
    },
    staleTime: 'static',
    gcTime: 0,
    retry: false,
  })
}

/** The people whose keys can be chosen. */
export const creatorsQuery = queryOptions({
  queryKey: ['members', 'creators'],
  queryFn: async ({ signal }) => {
    const query = { limit: 100, offset: 0, sortBy: 'createdAt', sortDirection: 'asc' } as const
    const { members } = await call('GET /api/session/organization/list-members', { query, signal })
    return members.map(({ userId, user }) => ({ id: userId, name: user.name }))
  },
  staleTime: 60_000,
})

/** @param ids of the keys that are to end; all of them do, or none */
export function useRevokeMany(ids: string[], onDone: () => void) {
  const queryClient = useQueryClient()
  return useChange({
    change: async (body: RevokeManyInput): Promise<undefined> => {
      await call('POST /api/keys/revoke-many', { body })
    },
    look: async () => {
      const body = { filter: { ids } satisfies KeysToRevoke, dryRun: true }
      return doneIf((await call('POST /api/keys/revoke-many', { body })).matched === 0)
    },
    onDone: () => {
      for (const name of ['keys', 'leaked-keys', 'key', 'key-events'])
        void queryClient.invalidateQueries({ queryKey: [name] })
      onDone()
    },
    sentences: {
      notDone: 'No key was revoked.',
      unknown: 'It is not known whether the keys were revoked.',
    },
  })
}
