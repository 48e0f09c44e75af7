import { GitError } from './run-git.ts'

/** An object of a git repository, as its content comes. */
export type ObjectEvent =
  | { kind: 'start'; id: string; type: string }
  | { kind: 'content'; piece: Buffer }
  | { kind: 'end' }

const LINE_FEED = 10
const MAX_HEADER_BYTES = 200

/**
 * Reads what `git cat-file --batch` prints: for each object a line `id type size`, that many bytes,
 * and a line feed. Objects of any size pass through without being gathered.
 *
 * @throws {GitError} at the end, when git could not read one of them
 */
export async function* readObjects(stream: AsyncIterable<Buffer>): AsyncGenerator<ObjectEvent> {
  let header = Buffer.alloc(0)
  // Bytes of content to come; undefined between two objects. The line feed behind it counts.
  let left: number | undefined
  let isWhole = true
  for await (const chunk of stream) {
    let rest = chunk
    while (rest.length > 0) {
      if (left === undefined) {
        const end = rest.indexOf(LINE_FEED)
        header = Buffer.concat([header, end === -1 ? rest : rest.subarray(0, end)])
        if (header.length > MAX_HEADER_BYTES) throw new Error('git printed no header')
        if (end === -1) break
        rest = rest.subarray(end + 1)
        const [id = '', type = '', size = ''] = header.toString().split(' ')
        header = Buffer.alloc(0)
        if (!/^\d+$/.test(size)) {
          isWhole = false
          continue
        }
        left = Number(size) + 1
        yield { kind: 'start', id, type }
      }
      const content = rest.subarray(0, Math.min(rest.length, left - 1))
      if (content.length > 0) yield { kind: 'content', piece: content }
      left -= content.length
      rest = rest.subarray(content.length)
      if (left === 1 && rest.length > 0) {
        left = undefined
        rest = rest.subarray(1)
        yield { kind: 'end' }
      }
    }
  }
  if (!isWhole || left !== undefined) throw new GitError('git could not read every object')
}
