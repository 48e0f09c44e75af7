import { expect, test } from 'vitest'
import { listSearchOf } from './list-search.ts'

test('the list has its filters in its own address', () => {
  expect(listSearchOf({ pathname: '/api-keys', search: '?q=a', state: null })).toBe('?q=a')
})

test('a page that was opened from the list leads back to its filters', () => {
  const place = { pathname: '/api-keys/key_1', search: '' }
  expect(listSearchOf({ ...place, state: { listSearch: '?status=revoked' } })).toBe(
    '?status=revoked',
  )
  expect(listSearchOf({ ...place, state: null })).toBe('')
})
