import { expect, test } from 'vitest'
import { displayText } from '@zentrix/shared/schemas/text.ts'

const Name = displayText(100)

test.each([
  ['spaces of all kinds', '\u00a0\u1680\u2002\u202f\u205f\u3000'],
  ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
  ['soft hyphens', '\u00ad\u00ad'],
  ['direction marks', '\u200e\u200f\u202a\u202e\u2066\u2069\u061c'],
  ['Hangul fillers', '\u115f\u1160\u3164\uffa0'],
  ['the blank of Braille', '\u2800'],
  ['the blanks of hieroglyphs and music', '\u{13441}\u{13442}\u{1d159}'],
  ['invisible operators', '\u2061\u2064'],
  ['variation selectors', '\ufe0f\u{e0101}\u180b'],
  ['tags', '\u{e0041}\u{e007f}'],
  ['marks without a letter', '\u0301\u20dd\u034f'],
  ['the place of an object', '\ufffc'],
  ['noncharacters', '\uffff\u{10ffff}'],
  ['a mixture of them', ' \u200b\u3164 \u2800\u0301'],
])('a name of %s alone is refused', (_, text) => {
  expect(Name.safeParse(text).success).toBe(false)
})

test.each([
  'Production',
  '🔑',
  '👨‍👩‍👧',
  '❤️',
  '☎︎',
  '1️⃣',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '.',
  '$',
  'é',
  'e\u0301',
  '본番',
  'مفتاح',
  '\u200fمفتاح',
  'की',
  '\ue000',
  'a\u200bb',
])('%s can be seen, and is kept as it was sent', (text) => {
  expect(Name.parse(text)).toBe(text)
})
