import type { ApiKey, KeyPage, KeySort } from '@zentrix/shared/schemas/keys.ts'
import type { Pages } from '../keys.queries.ts'

/**
 * Replaces one page of the list by a newer version. Keys that moved in from the next page are
 * listed there already; keys that new ones pushed out of the page stay in it. A key that was used
 * since, and so moved up, leaves the page where it was.
 */
export function withFreshPage(
  loaded: Pages,
  index: number,
  fresh: KeyPage,
  sort: KeySort = 'created',
): Pages {
  const { pages, pageParams } = loaded
  const old = pages[index]
  if (!old) return loaded
  if (index === pages.length - 1 || fresh.nextCursor === null)
    return {
      pages: [...pages.slice(0, index), fresh],
      pageParams: pageParams.slice(0, index + 1),
    }
  const places = new Map(fresh.data.map((key) => [key.id, placeOf(key, sort)]))
  const isHere = (key: ApiKey) => places.has(key.id) && places.get(key.id) !== placeOf(key, sort)
  const rest = pages
    .slice(index + 1)
    .map((page) => ({ ...page, data: page.data.filter((key) => !isHere(key)) }))
  const later = new Set(rest.flatMap(({ data }) => data.map(({ id }) => id)))
  const last = fresh.data.at(-1)!
  const data = [
    ...fresh.data.filter(({ id }) => !later.has(id)),
    ...old.data.filter((key) => !places.has(key.id) && isBelow(key, last, sort)),
  ]
  return {
    pages: [...pages.slice(0, index), { data, nextCursor: old.nextCursor }, ...rest],
    pageParams,
  }
}

function placeOf({ createdAt, lastUsedAt }: ApiKey, sort: KeySort): string {
  return sort === 'created' ? createdAt : (lastUsedAt ?? '')
}

// The API's order: latest first, and the id decides within one millisecond.
function isBelow(key: ApiKey, other: ApiKey, sort: KeySort): boolean {
  const [place, otherPlace] = [placeOf(key, sort), placeOf(other, sort)]
  return place === otherPlace ? key.id < other.id : place < otherPlace
}
