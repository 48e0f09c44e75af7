import type { ApiKey, KeyPage } from '@zentrix/shared/keys.ts'
import type { Pages } from '../keys.queries.ts'

/**
 * Puts one page that was read again into the list. It speaks for its own stretch of the list
 * alone: keys that moved in from the next page are there already, and those that new keys pushed
 * out of it stay where they were.
 */
export function withFreshPage(loaded: Pages, index: number, fresh: KeyPage): Pages {
  const { pages, pageParams } = loaded
  const old = pages[index]
  if (!old) return loaded
  if (index === pages.length - 1 || fresh.nextCursor === null)
    return {
      pages: [...pages.slice(0, index), fresh],
      pageParams: pageParams.slice(0, index + 1),
    }
  const later = new Set(pages.slice(index + 1).flatMap(({ data }) => data.map(({ id }) => id)))
  const last = fresh.data.at(-1)!
  const data = [
    ...fresh.data.filter(({ id }) => !later.has(id)),
    ...old.data.filter((key) => isBelow(key, last)),
  ]
  return { pages: pages.with(index, { data, nextCursor: old.nextCursor }), pageParams }
}

// The API's order: newest first, and the id decides within one millisecond.
function isBelow(key: ApiKey, other: ApiKey): boolean {
  if (key.createdAt !== other.createdAt) return key.createdAt < other.createdAt
  return key.id < other.id
}
