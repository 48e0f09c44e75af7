import { expect, test } from 'vitest'
import { beginsLike, looksAlike } from './looks-alike.ts'

test.each([
  ['Prod server', 'Prod  server', 'two spaces, which a page shows as one'],
  ['Prod server', 'Prod\u00a0server', 'a no-break space'],
  [' prod SERVER ', 'Prod server', 'case, and spaces around it'],
  ['Caf\u00e9', 'Cafe\u0301', 'an accent of its own'],
  ['Blue - green', 'Blue \u2013 green', 'a dash'],
  ['-5', '\u22125', 'a minus sign'],
  ["Ada's server", 'Ada\u2019s server', 'an apostrophe'],
  ['"quoted"', '\u201cquoted\u201d', 'quotation marks'],
  ['Prod server', 'Prod\u200b serv\u200der\ufeff', 'characters that are not seen'],
  ['שרת', '\u202bשרת\u202c', 'marks of direction'],
  ['❤ server', '❤\ufe0f server', 'a selector of emoji'],
  ['👨👩👧', '👨‍👩‍👧', 'a joined emoji'],
  ['STRASSE', 'Straße', 'a letter with a two-letter capital'],
  ['file 1/2', '\ufb01le \u00bd'.replace('\u00bd', '1/2'), 'a ligature'],
  ['istanbul', '\u0130stanbul', 'a capital I with a dot'],
  ['a b', 'a\u2800b', 'a blank of Braille'],
  ['K8s', '\u212a8s', 'a letter that looks like another'],
])('%j is what a person types who sees %j: %s', (typed, shown) => {
  expect(looksAlike(typed, shown)).toBe(true)
})

test.each([
  ['Prod', 'Prod server'],
  ['Prod server 2', 'Prod server'],
  ['Prodserver', 'Prod server'],
  ['', 'Prod server'],
  ['Cafe', 'Café'],
])('%j is not %j', (typed, shown) => {
  expect(looksAlike(typed, shown)).toBe(false)
})

test('what was typed so far may become the label, or may not', () => {
  expect(beginsLike('prod ', 'Prod\u00a0server')).toBe(true)
  expect(beginsLike('Pro s', 'Prod server')).toBe(false)
})
