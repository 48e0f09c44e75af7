import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetLinkToken, isLinkedPage, linkToken, takeLinkToken } from './link-token.ts'

const replaced: string[] = []

function openAt(address: string) {
  const { pathname, hash } = new URL(address, 'https://keys.example.com')
  const history = { replaceState: (_: unknown, __: string, url: string) => replaced.push(url) }
  vi.stubGlobal('window', { location: { pathname, hash }, history })
  takeLinkToken()
}

beforeEach(() => {
  replaced.length = 0
  forgetLinkToken()
})
afterEach(() => vi.unstubAllGlobals())

test('the token of a link leaves the address, and is known to its own page alone', () => {
  openAt('/invitation#token=abc.def')
  expect(replaced).toEqual(['/invitation'])
  expect(linkToken('/invitation')).toBe('abc.def')
  expect(linkToken('/reset-password')).toBeNull()
})

test('a link without a token leads to a page that knows none', () => {
  openAt('/reset-password#other=abc')
  expect(replaced).toEqual(['/reset-password'])
  expect(linkToken('/reset-password')).toBeNull()
})

test('other pages keep their fragment', () => {
  openAt('/documentation#token=abc')
  expect(replaced).toEqual([])
  expect(isLinkedPage('/documentation')).toBe(false)
  expect(linkToken('/documentation')).toBeNull()
})

test('a used token is forgotten', () => {
  openAt('/invitation#token=abc')
  forgetLinkToken()
  expect(linkToken('/invitation')).toBeNull()
})
