const NEWLINE = 0x0a

/** A line with its number from 1; `text` is undefined for one that is too long or not UTF-8. */
export type Line = { number: number; text: string | undefined }

/** Splits bytes into lines, of which none takes more memory than `maxBytes`. */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let number = 0
  let parts: Buffer[] = []
  let bytes = 0

  function keep(part: Buffer): void {
    bytes += part.length
    if (bytes <= maxBytes) parts.push(part)
    else parts = []
  }

  function take(): Line {
    const line = bytes > maxBytes ? undefined : Buffer.concat(parts)
    parts = []
    bytes = 0
    number += 1
    try {
      return { number, text: line && decoder.decode(line) }
    } catch {
      return { number, text: undefined }
    }
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end))
      start = end + 1
      yield take()
    }
    keep(chunk.subarray(start))
  }
  if (bytes > 0) yield take()
}
