import { expect, test } from 'vitest'
import type { KeyPage } from '@zentrix/shared/schemas/keys.ts'
import { keyWith } from '../key-for-tests.ts'
import { withFreshPage } from './fresh-page.ts'

/** A page of keys that are named by their minute: the higher, the newer. */
function pageOf(minutes: number[], nextCursor: string | null = 'more'): KeyPage {
  const data = minutes.map((minute) =>
    keyWith({ id: `key_${minute}`, createdAt: `2026-03-01T12:${minute}:00.000Z` }),
  )
  return { data, nextCursor }
}

const loaded = {
  pages: [pageOf([50, 49]), pageOf([48, 47]), pageOf([46], null)],
  pageParams: [null, 'a', 'b'],
}
const minutesOf = ({ pages }: { pages: KeyPage[] }) =>
  pages.map(({ data }) => data.map(({ id }) => Number(id.slice(4))))

test('new keys join their page, and those they push out of it stay where they were', () => {
  const fresh = withFreshPage(loaded, 0, pageOf([52, 51]))
  expect(minutesOf(fresh)).toEqual([[52, 51, 50, 49], [48, 47], [46]])
})

test('a key that is gone leaves, and the one that moved up is listed once', () => {
  const fresh = withFreshPage(loaded, 0, pageOf([50, 48]))
  expect(minutesOf(fresh)).toEqual([[50], [48, 47], [46]])
})

test('the last page is replaced, and nothing follows a page that is the last by now', () => {
  expect(minutesOf(withFreshPage(loaded, 2, pageOf([46, 45], null)))).toEqual([
    [50, 49],
    [48, 47],
    [46, 45],
  ])
  const fresh = withFreshPage(loaded, 0, pageOf([50], null))
  expect(minutesOf(fresh)).toEqual([[50]])
  expect(fresh.pageParams).toEqual([null])
})

test('a page that is not loaded changes nothing', () => {
  expect(withFreshPage(loaded, 3, pageOf([1]))).toBe(loaded)
})

test('a key that was used moves up to the page of its last use, and is listed once', () => {
  const used = (id: string, minute: number | null) =>
    keyWith({ id, lastUsedAt: minute === null ? null : `2026-03-01T12:${minute}:00.000Z` })
  const pages = [
    { data: [used('key_1', 50), used('key_2', 49)], nextCursor: 'a' },
    { data: [used('key_3', 48), used('key_4', 47)], nextCursor: 'b' },
    { data: [used('key_5', null)], nextCursor: null },
  ]
  const first = { data: [used('key_4', 52), used('key_1', 50)], nextCursor: 'c' }
  const fresh = withFreshPage({ pages, pageParams: [null, 'a', 'b'] }, 0, first, 'lastUsed')
  expect(fresh.pages.map(({ data }) => data.map(({ id }) => id))).toEqual([
    ['key_4', 'key_1', 'key_2'],
    ['key_3'],
    ['key_5'],
  ])
})
