import { expect, test } from 'vitest'
import { countAssertions, findTooManyAssertions } from './assertions.ts'

test.each([
  ['const a = b as string', { casts: 1, nonNull: 0 }],
  ['const a = b as unknown as string', { casts: 2, nonNull: 0 }],
  ['const a = <string>b', { casts: 1, nonNull: 0 }],
  ['const a = b!.c! ', { casts: 0, nonNull: 2 }],
  ['const a = [1] as const; import { b as c } from "d"', { casts: 0, nonNull: 0 }],
  ['const a = "select b as c" + `select ${d} as e!` // f as g', { casts: 0, nonNull: 0 }],
])('assertions are counted by the syntax: %s', (text, count) => {
  expect(countAssertions(text, false)).toEqual(count)
})

test('a folder with one more than it may have is found, and no other folder counts', () => {
  const most = { 'web/src': { casts: 1, nonNull: 0 } }
  const one = { file: 'web/src/a.tsx', text: 'const a = <b>{c as d}</b>' }
  expect(findTooManyAssertions([one, { ...one, file: 'web/e2e/b.tsx' }], most)).toEqual([])
  expect(findTooManyAssertions([one, { ...one, file: 'web/src/b.tsx' }], most)).toEqual([
    'web/src: 2 casts and 0 `!`; scripts/check/assertions.ts allows 1 and 0',
  ])
})
