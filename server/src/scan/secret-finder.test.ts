import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importedForTest } from '../../test/imported-for-test.ts'
import { makeKey, makeServiceToken } from '../crypto/secret.ts'
import type { ImportedKeys } from './imported-keys.ts'
import { secretFinder, type Found } from './secret-finder.ts'

function find(data: Buffer | string, pieceBytes = Infinity, imported?: ImportedKeys): Found[] {
  const bytes = Buffer.from(data as string)
  const finder = secretFinder(imported)
  const found: Found[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes)
    found.push(...finder.push(bytes.subarray(at, at + pieceBytes)))
  return [...found, ...finder.end()]
}

test('keys and service tokens are found with line and column', () => {
  const [key, token] = [makeKey(), makeServiceToken()]
  expect(find(`${key}\r\n\nA="${token}"`)).toEqual([
    { secret: key, isWellFormed: true, line: 1, column: 1 },
    { secret: token, isWellFormed: true, line: 3, column: 4 },
  ])
  expect(find('')).toEqual([])
})

test('a good checksum counts whatever comes before and after it', () => {
  const key = makeKey()
  for (const around of ['x%y', 'Bearer%', '%abc', '_%_', '\0%\0', `é%é`, 'nas_%', 'nassvc_%'])
    expect(find(around.replace('%', key)).map(({ secret }) => secret)).toEqual([key])
  expect(find(key + key)).toHaveLength(2)
})

test('a bad checksum counts only for what ends where a key ends', () => {
  const key = makeKey()
  const wrong = `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`
  expect(find(`(${wrong})`)).toEqual([{ secret: wrong, isWellFormed: false, line: 1, column: 2 }])
  expect(find(wrong)).toHaveLength(1)
  for (const near of [`${wrong}0`, wrong.slice(0, -1), key.toUpperCase(), key.replace('_', '-')])
    expect(find(near)).toEqual([])
})

test('it makes no difference where the pieces end', () => {
  const others = ['sk_live_n4s', 'an:other+key==', 'k'.repeat(256)]
  const secret = fc.constantFrom(makeKey(), makeServiceToken(), `nas_${'a'.repeat(32)}`, ...others)
  const imported = importedForTest(others)
  const filler = fc.string({
    unit: fc.constantFrom('\n', 'n', 'a', 's', '_', ' ', 'é', '='),
    maxLength: 90,
  })
  const text = fc.array(fc.oneof(secret, filler), { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 120 }), (whole, pieceBytes) => {
      const found = find(whole, Infinity, imported)
      expect(find(whole, pieceBytes, imported)).toEqual(found)
      const lines = Buffer.from(whole).toString('latin1').split('\n')
      for (const { secret: text_, line, column } of found)
        expect(lines[line - 1]!.slice(column - 1)).toContain(text_)
    }),
    { numRuns: 300 },
  )
})

test('text in UTF-16 is read, as PowerShell writes it', () => {
  const key = makeKey()
  const little = Buffer.from(`\ufeffone\ntwo ${key}\n`, 'utf16le')
  for (const bytes of [little, Buffer.from(little).swap16()])
    for (const pieceBytes of [7, Infinity])
      expect(find(bytes, pieceBytes)).toEqual([
        { secret: key, isWellFormed: true, line: 2, column: 5 },
      ])
})

test('an imported key is found whatever its shape and whatever stands beside it', () => {
  const keys = ['sk_live_51Habc', 'AKIA.dGVzdA==', '$ecret:with/much~in@it!', 'k'.repeat(256)]
  const imported = importedForTest(keys)
  const places = [
    '%',
    'KEY=%',
    'export KEY="%"',
    `{'key':'%',`,
    'https://u:%@example.com/?key=%&x=1#%',
    'x-key: Bearer %\r\n',
    '/keys/%/v1',
    '(%)',
    '\0%\0',
    'é%é',
    `${'-'.repeat(300)}%-%`,
  ]
  for (const key of keys)
    for (const place of places) {
      const found = find(
        place.replaceAll('%', () => key),
        Infinity,
        imported,
      )
      expect(found.map(({ secret }) => secret)).toEqual(place.match(/%/g)!.map(() => key))
    }
  expect(find(`\n a="${keys[0]}"`, Infinity, imported)).toEqual([
    { secret: keys[0], isWellFormed: false, line: 2, column: 5 },
  ])
  expect(find(Buffer.from(`\ufeff${keys[0]}`, 'utf16le'), 3, imported)).toHaveLength(1)
  expect(find(keys.join('\n'))).toEqual([])
})

test('what only resembles an imported key is not found', () => {
  const key = 'sk_live_51Habc'
  const imported = importedForTest([key, 'k'.repeat(257), 'short_7'])
  const near = ['sk_live_52Habc', `x${key}`, `${key}x`, key.toUpperCase(), key.slice(1), 'Habc']
  for (const text of [...near, 'k'.repeat(257), 'short_7'])
    for (const pieceBytes of [1, 257, Infinity])
      expect(find(text + ' '.repeat(300), pieceBytes, imported)).toEqual([])
  const ours = makeKey()
  expect(find(`KEY=${ours}`, Infinity, importedForTest([ours]))).toEqual([
    { secret: ours, isWellFormed: true, line: 1, column: 5 },
  ])
})
