import type { ApiKey, KeyPage } from '@zentrix/shared/schemas/keys.ts'
import type { Pages } from '../keys.queries.ts'

/**
 * Replaces one page of the list by a newer version. Keys that moved in from the next page are
 * listed there already; keys that new ones pushed out of the page stay in it.
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
