const NEWLINE = 0x0a
const UTF16_UNIT_BYTES = 2

/** A line with its number from 1; `text` is undefined for one that is too long or ill-formed. */
export type Line = { number: number; text: string | undefined }

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/**
 * Splits text in UTF-8, or in UTF-16 with a byte order mark as PowerShell writes it, into lines, of
 * which none takes more memory than `maxBytes` (twice that in UTF-16).
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let encoding: Encoding | undefined
  let decoder = new TextDecoder('utf-8', { fatal: true })
  let unitBytes = 1
  let number = 0
  let parts: Buffer[] = []
  let bytes = 0
  let rest: Buffer = Buffer.alloc(0)

  function keep(part: Buffer): void {
    bytes += part.length
    if (bytes <= maxBytes * unitBytes) parts.push(part)
    else parts = []
  }

  function take(): Line {
    const line = bytes > maxBytes * unitBytes ? undefined : Buffer.concat(parts)
    parts = []
    bytes = 0
    number += 1
    try {
      return { number, text: line && decoder.decode(line) }
    } catch {
      return { number, text: undefined }
    }
  }

  function endOfLine(piece: Buffer, start: number): number {
    let end = piece.indexOf(NEWLINE, start)
    if (unitBytes === 1) return end
    // Other characters hold the same byte.
    while (end !== -1 && (end % UTF16_UNIT_BYTES !== 0 || piece[end + 1] !== 0))
      end = piece.indexOf(NEWLINE, end + 1)
    return end
  }

  function* split(piece: Buffer): Generator<Line> {
    let start = 0
    for (let end = endOfLine(piece, 0); end !== -1; end = endOfLine(piece, start)) {
      keep(piece.subarray(start, end))
      start = end + unitBytes
      yield take()
    }
    keep(piece.subarray(start))
  }

  for await (const chunk of chunks) {
    const given = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (encoding === undefined && given.length >= UTF16_UNIT_BYTES) {
      encoding = encodingOf(given)
      if (encoding !== 'utf-8') {
        decoder = new TextDecoder('utf-16le', { fatal: true })
        unitBytes = UTF16_UNIT_BYTES
      }
    }
    const end = encoding === undefined ? 0 : given.length - (given.length % unitBytes)
    const whole = given.subarray(0, end)
    rest = given.subarray(end)
    yield* split(encoding === 'utf-16be' ? Buffer.from(whole).swap16() : whole)
  }
  yield* split(rest) // half a character of UTF-16, or a single byte
  if (bytes > 0) yield take()
}

function encodingOf(start: Buffer): Encoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8'
}
