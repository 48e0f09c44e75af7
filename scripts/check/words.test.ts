import { expect, test } from 'vitest'
import { findOldWords } from './words.ts'

const find = (text: string) => findOldWords([{ file: 'a.ts', text }])

test.each([
  '// Errors are told apart by their codes.',
  'for (const told of list)',
  '/** Tells whether a key is good. */',
  '// The answer says what failed.',
  "test('a value of which there are two')",
])('plain sentences pass: %s', (text) => {
  expect(find(text)).toEqual([])
})

test.each([
  ['// The error that the caller is told of.', 'told of'],
  ['/** Begins anew. */', 'anew'],
  ['unless another process is at it', 'is at it'],
  ['the log tells of it', 'tells of'],
  ['/** What a request comes to. */', '/** What'],
])('a sentence of the old kind is found: %s', (text, found) => {
  expect(find(`const a = 1\n${text}`)).toEqual([
    expect.stringContaining(`a.ts:2: "${found}": say it plainly`),
  ])
})
