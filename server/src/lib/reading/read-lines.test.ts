import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLines, type Line } from './read-lines.ts'

const MARK = '\ufeff'
const encodings: [name: string, encode: (text: string) => Buffer][] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a mark', (text) => Buffer.from(MARK + text)],
  ['UTF-16, little end first', (text) => Buffer.from(MARK + text, 'utf16le')],
  ['UTF-16, big end first', (text) => Buffer.from(MARK + text, 'utf16le').swap16()],
]

async function read(bytes: Buffer, pieceBytes: number, maxBytes = 1000): Promise<Line[]> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
  }
  const lines: Line[] = []
  for await (const line of readLines(pieces(), maxBytes)) lines.push(line)
  return lines
}

test.each(encodings)('lines in %s are the same, wherever the pieces end', async (_, encode) => {
  // U+0A0A and U+0D0A hold the bytes of line ends.
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '🔑', '\u0a0a', '\u0d0a', '\r') })
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 20 }),
      async (lines, pieceBytes) => {
        const found = await read(encode(`${lines.join('\n')}\n`), pieceBytes)
        expect(found).toEqual(lines.map((text, at) => ({ number: at + 1, text })))
      },
    ),
    { numRuns: 50 },
  )
})

test('a line that is too long, or ill-formed in its encoding, has no text; others keep theirs', async () => {
  const long = 'x'.repeat(21)
  for (const [, encode] of encodings)
    expect(await read(encode(`a\n${long}\nb`), 7, 20)).toEqual([
      { number: 1, text: 'a' },
      { number: 2, text: undefined },
      { number: 3, text: 'b' },
    ])
  const texts = async (bytes: Buffer) => (await read(bytes, 3)).map(({ text }) => text)
  expect(await texts(Buffer.from('a\n\xff\nb', 'latin1'))).toEqual(['a', undefined, 'b'])
  const half = Buffer.from(`${MARK}a\n\ud800\nb`, 'utf16le')
  expect(await texts(half)).toEqual(['a', undefined, 'b'])
  expect(await texts(half.subarray(0, -1))).toEqual(['a', undefined, undefined])
})
