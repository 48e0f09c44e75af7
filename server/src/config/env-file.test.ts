import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { findMalformedLine } from './env-file.ts'

test.each([
  '',
  'A=1\nB=2',
  'A=1\r\nB="2"\r\n',
  '# a comment\n\n  A = 1 # another\nexport B=2',
  'A="two\nlines" # and a comment\nB=1',
  "A='two\n\nlines'",
  'A=`"quoted"`',
  'A=',
  'A=b"c"d',
])('a file that Node reads in full is good: %j', (text) => {
  expect(findMalformedLine(text)).toBeUndefined()
  expect(Object.keys(parseEnv(text))).toEqual(
    ['A', 'B'].slice(0, text.match(/[AB] ?=/g)?.length ?? 0),
  )
})

test.each([
  ['nonsense', 1],
  ['A=1\nPORT 4000', 2],
  ['A=1\n1B=2', 2],
  ['A=1\nB.C=2', 2],
  ['A=1\n\n=2', 3],
  ['A="no end\nB=2', 1],
  ['A="two\nlines"\nB', 3],
  ['A="one" two', 1],
  ['\uFEFFA=1', 1],
])('a line that Node would pass over or misread is named: %j', (text, line) => {
  expect(findMalformedLine(text)).toBe(line)
})
