import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { peopleQuery } from '../../../api/people.queries.ts'
import { sessionQuery } from '../../../api/session.queries.ts'

export type Maker = { id: string; name: string }

/**
 * The people whose keys the list can be narrowed to, the reader first; the others once someone is
 * about to choose, because a first visit does not need them.
 */
export function useMakers(areNeeded: boolean): [Maker[], need: () => void] {
  const [isChoosing, setIsChoosing] = useState(areNeeded)
  const reader = useQuery(sessionQuery).data?.user
  const people = useQuery({ ...peopleQuery, enabled: isChoosing })
  const others = (people.data?.members ?? [])
    .map(({ userId, user }) => ({ id: userId, name: user.name }))
    .filter(({ id }) => id !== reader?.id)
    .sort((one, other) => one.name.localeCompare(other.name))
  return [reader ? [reader, ...others] : [], () => setIsChoosing(true)]
}
