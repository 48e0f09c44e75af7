import { expect, test } from 'vitest'
import { localPath } from '../src/local-path.ts'

const ORIGIN = 'https://keys.example.com'

const elsewhere = [
  '',
  'keys',
  'https://evil.example',
  'javascript:alert(1)',
  '//evil.example',
  '///evil.example',
  '/.//evil.example',
  '/././/evil.example',
  '/..//evil.example',
  '/%2e//evil.example',
  '/%2E%2e//evil.example',
  '/a/..//evil.example',
  '/a/%2E.//evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/\0/evil.example',
  '/\u0085/evil.example',
  '/%2f/evil.example',
  '/%2F%2Fevil.example',
  '/%5cevil.example',
  '/%09/evil.example',
  '/%0d%0aLocation: x',
  '/keys?x=\r\nSet-Cookie: a=b',
  '/\ud800',
  `/${'ж'.repeat(400)}`,
]

test('text that leads anywhere but to a place of this site is none', () => {
  for (const text of elsewhere) expect([text, localPath(text)]).toEqual([text, undefined])
})

test.each([
  ['/', '/'],
  ['/api-keys?status=revoked#top', '/api-keys?status=revoked#top'],
  ['/a/./b/../c', '/a/c'],
  ['/a/b/..', '/a/'],
  ['/..', '/'],
  ['/ключи?q=ü#é', '/%D0%BA%D0%BB%D1%8E%D1%87%D0%B8?q=%C3%BC#%C3%A9'],
  ['/a%20b c', '/a%20b%20c'],
  ['/100%', '/100%25'],
  ['/keys?next=%2F%2Fevil.example', '/keys?next=%2F%2Fevil.example'],
  ['/keys?u=//evil.example', '/keys?u=//evil.example'],
  ['/a//b', '/a//b'],
])('%s is the place %s', (text, place) => {
  expect(localPath(text)).toBe(place)
})

test('what comes back is ASCII, stays as it is when read again, and is on this site', () => {
  const parts = ['/', '.', '..', '%2e', '\\', '%2f', '%', 'a', '?', '#', '@', ':', ' ', 'é', '😀']
  let places = 0
  for (let n = 0; n < 20_000; n++) {
    let text = '/'
    for (let rest = n * 7919; rest > 0; rest = Math.floor(rest / parts.length))
      text += parts[rest % parts.length]
    const place = localPath(text)
    if (place === undefined) continue
    places++
    expect(place).toMatch(/^\/(?!\/)[\x21-\x7e]*$/)
    expect(localPath(place)).toBe(place)
    expect([text, new URL(place, ORIGIN).origin]).toEqual([text, ORIGIN])
  }
  expect(places).toBeGreaterThan(1000)
})
