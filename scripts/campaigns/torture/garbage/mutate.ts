import type { Random } from '../../../testkit/load/random.ts'
import { Pairs, placesIn, Verbatim, type Json } from './json.ts'

/** A mark in everything that we make up; only a good answer may repeat it. */
export const MARK = '~echo~'

const MANY = 100_000

const pollutingKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
const strangeKeys = [...pollutingKeys, '', 'length', '0', '$where', MARK, 'a.b', '\u0000', '🔑']

export const strangeTexts = [
  '',
  ' ',
  MARK,
  `nas_${'0'.repeat(32)}`,
  `nassvc_${'0'.repeat(32)}`,
  `${MARK}' or 1=1; drop table api_keys --`,
  `${MARK}\u0000`,
  `${MARK}\ud800`,
  `\udfff${MARK}`,
  `${MARK}\u202e\u200b\ufeff`,
  `${MARK}\r\nX-Injected: 1`,
  `${MARK}\u001b[31m`,
  '../../../etc/passwd',
  '${jndi:ldap://127.0.0.1/x}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '%s%n%00',
  '__proto__',
  'toString',
  'null',
  'NaN',
  '-1',
  '1e999',
  '9'.repeat(400),
  'e\u0301'.repeat(300),
  '\u{1f468}\u200d\u{1f469}'.repeat(200),
  '0000-00-00T00:00:00.000Z',
  '+275760-09-13T00:00:00.001Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T00:00:00Z',
  '::ffff:1.2.3.4/33',
  'javascript:alert(1)',
]

const strangeNumbers = [
  -1,
  0,
  -0,
  1.5,
  1e-7,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  1e21,
  1e300,
  -1e300,
]

const notNumbers = [
  'NaN',
  'Infinity',
  '-Infinity',
  '1e999',
  '-1e999',
  '-0',
  '01',
  '.5',
  '1.',
  '+1',
  '0x10',
  '1_0',
  '123456789012345678901234567890',
  'undefined',
  "'x'",
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  '"\t"',
  '/* x */1',
  '[1,]',
  '{"a":1,}',
  '{a:1}',
  '1 1',
  '"',
  '',
]

/** A value that no field expects. */
export function strangeValue(random: Random): Json {
  switch (random.between(0, 9)) {
    case 0:
      return random.pick([null, true, false])
    case 1:
      return random.pick(strangeNumbers)
    case 2:
      return new Verbatim(random.pick(notNumbers))
    case 3:
      return random.pick([[], [[]], [null], [MARK, 1], new Pairs([])])
    case 4:
      return new Pairs([[random.pick(strangeKeys), random.pick(strangeTexts)]])
    case 5:
      return deep(random)
    case 6:
      return huge(random)
    default:
      return random.pick(strangeTexts)
  }
}

function deep(random: Random): Json {
  const depth = random.pick([20, 200, 2000, 10_000, 30_000])
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['{"__proto__":', '}'],
  ])
  return new Verbatim(`${open.repeat(depth)}1${close.repeat(depth)}`)
}

function huge(random: Random): Json {
  return random.pick([
    () => 'x'.repeat(random.pick([101, 1000, 2001, 60_000, 70_000, 1_000_000])),
    () => '\u{1f511}'.repeat(random.pick([50, 101, 10_000])),
    () => new Verbatim(`[${'0,'.repeat(MANY)}0]`),
    () => new Verbatim(`[${'"a",'.repeat(10_000)}"a"]`),
    () => new Verbatim(`{${Array.from({ length: 5000 }, (_, at) => `"k${at}":1`).join()}}`),
  ])()
}

/** Breaks a body in one to three places, in place; gives what it has become. */
export function mutated(body: Json, random: Random): Json {
  let root = body
  for (let count = random.between(1, 3); count > 0; count--) {
    const places = placesIn(root, (other) => (root = other))
    const place = random.pick(places)
    const objects = places.filter(({ value }) => value instanceof Pairs)
    const object = objects.length > 0 ? (random.pick(objects).value as Pairs) : undefined
    if (object === undefined || random.chance(0.5)) place.set(strangeValue(random))
    else mutatePairs(object.pairs, random)
  }
  return root
}

function mutatePairs(pairs: Pairs['pairs'], random: Random): void {
  const at = random.between(0, Math.max(0, pairs.length - 1))
  const pair = pairs[at]
  switch (random.between(0, 4)) {
    case 0:
      return void pairs.splice(at, 1)
    case 1:
      if (pair) pairs.push([pair[0], random.chance(0.5) ? pair[1] : strangeValue(random)])
      return
    case 2:
      if (pair) pairs[at] = [random.pick([pair[0].toUpperCase(), ` ${pair[0]}`]), pair[1]]
      return
    case 3:
      return void pairs.push([
        random.pick(pollutingKeys),
        new Pairs([
          ['isAdmin', true],
          ['role', 'owner'],
          ['valid', new Pairs([['prototype', true]])],
        ]),
      ])
    default:
      return void pairs.push([random.pick(strangeKeys), strangeValue(random)])
  }
}
