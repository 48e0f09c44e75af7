import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Found, SecretFinder } from './secret-finder.ts'

const PIECE_BYTES = 1024 * 1024
const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants

// One file at a time: nothing else is served here, and waiting costs more than reading.
const piece = Buffer.allocUnsafe(PIECE_BYTES)

/**
 * Finds secrets in a file of any size.
 *
 * @param tell called with the number of bytes after each piece
 * @throws what the file system says, when it cannot be read
 */
export function scanFile(
  path: Buffer,
  finder: SecretFinder,
  tell: (bytes: number) => void,
  isNamed = false,
): Found[] {
  // A file may have become a pipe or a link since it was listed: neither is waited for or followed.
  const file = openSync(path, O_RDONLY | O_NONBLOCK | (isNamed ? 0 : O_NOFOLLOW))
  try {
    if (!fstatSync(file).isFile()) return []
    const found: Found[] = []
    for (let bytes = readSync(file, piece); bytes > 0; bytes = readSync(file, piece)) {
      found.push(...finder.push(piece.subarray(0, bytes)))
      tell(bytes)
    }
    return [...found, ...finder.end()]
  } finally {
    closeSync(file)
  }
}
