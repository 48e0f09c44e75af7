import {
  hasValidChecksum,
  KEY_PREFIX,
  SERVICE_TOKEN_PREFIX,
} from '@zentrix/shared/keys/key-format.ts'
import { findImported, MAX_IMPORTED_LENGTH } from './find-imported.ts'
import type { ImportedKeys } from './imported-keys.ts'

/** Something of a secret's shape in a stream of bytes. */
export type Found = {
  secret: string
  /** Whether the checksum fits; without, it can only be a key that was imported. */
  isWellFormed: boolean
  line: number
  /** In bytes. */
  column: number
}

export type SecretFinder = {
  /** Takes the next piece, of any size. */
  push(piece: Buffer): Found[]
  /** There is no more. */
  end(): Found[]
}

const MAX_SECRET_LENGTH = SERVICE_TOKEN_PREFIX.length + 32

/**
 * Finds secrets in text or binary data that comes piece by piece, also across two pieces, and in
 * UTF-16 with a byte order mark, as PowerShell writes. Keeps no more than one piece in memory.
 *
 * @param imported keys to be found whatever their shape
 */
export function secretFinder(imported?: ImportedKeys): SecretFinder {
  const maxLength = imported ? MAX_IMPORTED_LENGTH : MAX_SECRET_LENGTH
  let before = '\n'
  let rest = ''
  let isUtf16: boolean | undefined
  let line = 1
  let column = 1

  function search(text: string, isLast: boolean): Found[] {
    // A match that starts later may go on in the next piece; so may text right after a secret.
    const limit = isLast ? text.length : Math.max(0, text.length - maxLength)
    const found: Found[] = []
    let at = 0
    const moveTo = (next: number) => {
      for (
        let end = text.indexOf('\n', at);
        end !== -1 && end < next;
        end = text.indexOf('\n', at)
      ) {
        line++
        column = 1
        at = end + 1
      }
      column += next - at
      at = next
    }
    for (const [secret, start] of candidates(text, limit, isLast)) {
      const isWellFormed = hasChecksum(secret)
      moveTo(start)
      found.push({ secret, isWellFormed, line, column })
    }
    if (!isLast) moveTo(limit)
    if (limit > 0) before = text.charAt(limit - 1)
    rest = text.slice(limit)
    return found
  }

  function candidates(text: string, limit: number, isLast: boolean): Candidate[] {
    const ours = [...findOurs(text, limit)]
    if (!imported) return ours
    const others = findImported(text, { before, limit, isLast }, imported)
    return others.length === 0 ? ours : [...ours, ...others].sort(([, a], [, b]) => a - b)
  }

  return {
    push(piece) {
      isUtf16 ??= piece.length > 0 ? hasByteOrderMark(piece) : undefined
      const text = piece.toString('latin1')
      return search(rest + (isUtf16 ? text.replaceAll(/[\0\xfe\xff]/g, '') : text), false)
    },
    end: () => search(rest, true),
  }
}

type Candidate = [secret: string, start: number]

function* findOurs(text: string, limit: number): Generator<Candidate> {
  const shape = /nas(?:svc)?_[0-9A-Za-z]{32}/g
  for (let match = shape.exec(text); match && match.index < limit; match = shape.exec(text)) {
    const after = text[match.index + match[0].length]
    if (hasChecksum(match[0]) || !isWordCharacter(after)) yield [match[0], match.index]
  }
}

function hasChecksum(secret: string): boolean {
  return hasValidChecksum(
    secret,
    secret.startsWith(SERVICE_TOKEN_PREFIX) ? SERVICE_TOKEN_PREFIX : KEY_PREFIX,
  )
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[0-9A-Za-z]/.test(character)
}

function hasByteOrderMark(piece: Buffer): boolean {
  return (piece[0] === 0xff && piece[1] === 0xfe) || (piece[0] === 0xfe && piece[1] === 0xff)
}
