import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checksum,
  crc32,
  hasSecretShape,
  hasValidChecksum,
  KEY_PREFIX,
  maskKey,
} from '../src/keys/key-format.ts'

const random26 = fc.stringMatching(/^[0-9A-Za-z]{26}$/)

test('the checksum is the CRC-32 of zlib', () => {
  fc.assert(fc.property(random26, (text) => crc32(text) === zlibCrc32(text)))
})

test('the checksum is six base62 digits, most significant first, padded with zeros', () => {
  // 'nas_' and 26 zeros; CRC-32 computed with zlib, base62 by long division.
  const body = `nas_${'0'.repeat(26)}`
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const value = [...checksum(body)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)
  expect(checksum(body)).toMatch(/^[0-9A-Za-z]{6}$/)
  expect(value).toBe(zlibCrc32(body))
})

test('one changed character is always found', () => {
  fc.assert(
    fc.property(random26, fc.nat(25), (random, at) => {
      const body = KEY_PREFIX + random
      const other = random[at] === 'a' ? 'b' : 'a'
      const changed = KEY_PREFIX + random.slice(0, at) + other + random.slice(at + 1)
      expect(hasValidChecksum(body + checksum(body), KEY_PREFIX)).toBe(true)
      expect(hasValidChecksum(changed + checksum(body), KEY_PREFIX)).toBe(false)
    }),
  )
})

test('older keys have the shape but no checksum', () => {
  const old = 'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'
  expect(hasSecretShape(old, KEY_PREFIX)).toBe(true)
  expect(hasValidChecksum(old, KEY_PREFIX)).toBe(false)
})

test('a masked key shows the last four alone', () => {
  expect(maskKey('3b4c')).toBe('nas_...3b4c')
})
