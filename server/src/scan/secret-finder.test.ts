import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeKey, makeServiceToken } from '../crypto/secret.ts'
import { secretFinder, type Found } from './secret-finder.ts'

function find(data: Buffer | string, pieceBytes = Infinity): Found[] {
  const bytes = Buffer.from(data as string)
  const finder = secretFinder()
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
  const secret = fc.constantFrom(makeKey(), makeServiceToken(), `nas_${'a'.repeat(32)}`)
  const filler = fc.string({
    unit: fc.constantFrom('\n', 'n', 'a', 's', '_', ' ', 'é'),
    maxLength: 90,
  })
  const text = fc.array(fc.oneof(secret, filler), { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 120 }), (whole, pieceBytes) => {
      const found = find(whole)
      expect(find(whole, pieceBytes)).toEqual(found)
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
