import { queryOptions } from '@tanstack/react-query'
import type { ListedMember } from '@zentrix/shared/routes/people/session-answers.ts'
import { call } from './http.ts'

const PEOPLE_AT_ONCE = 200

/** Everyone in the organization, to filter by. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }) => {
    const members: ListedMember[] = []
    for (;;) {
      const page = await call('GET /api/session/organization/list-members', {
        query: { limit: PEOPLE_AT_ONCE, offset: members.length, sortBy: 'id' },
        signal,
      })
      members.push(...page.members)
      if (page.members.length < PEOPLE_AT_ONCE) return { members }
    }
  },
  staleTime: 60_000,
  meta: { reads: 'the members' },
})
