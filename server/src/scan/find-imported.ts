import {
  hasSecretShape,
  KEY_PREFIX,
  SERVICE_TOKEN_PREFIX,
} from '@zentrix/shared/keys/key-format.ts'
import type { ImportedKeys } from './imported-keys.ts'

export const MAX_IMPORTED_LENGTH = 256
const MIN_IMPORTED_LENGTH = 8

const LETTER = 0
const JOINT = 1
const GAP = 2

// By character: a secret consists of letters, digits and joints such as `_` and `=`. It begins and
// ends beside a joint or a gap, so that it is found in `KEY=…`, in quotes and in an address alike.
const kinds = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[0-9A-Za-z]/.test(character)) return LETTER
  return /[!#$%&*+\-./:=?@^_~]/.test(character) ? JOINT : GAP
})

/**
 * The imported keys in a text of one-byte characters that begin before `limit`, by where they
 * begin. Those of our own shape are left out.
 *
 * @param before the character in front of the text
 * @param isLast whether nothing comes after the text
 */
export function findImported(
  text: string,
  { before, limit, isLast }: { before: string; limit: number; isLast: boolean },
  keys: ImportedKeys,
): [secret: string, start: number][] {
  const found: [string, number][] = []
  let wordStart = 0
  let tail = 0
  let kindBefore: number | undefined = GAP
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const kind = kinds[code]
    if (kind !== LETTER || kindBefore !== LETTER) {
      if (at - wordStart >= MIN_IMPORTED_LENGTH && keys.mayEndWith(tail)) addEndingAt(at)
      if (kind === GAP) wordStart = at + 1
    }
    tail = (tail << 8) | code
    kindBefore = kind
  }
  if (isLast && text.length - wordStart >= MIN_IMPORTED_LENGTH && keys.mayEndWith(tail))
    addEndingAt(text.length)
  return found.sort(([, a], [, b]) => a - b)

  function addEndingAt(end: number): void {
    const last = Math.min(end - MIN_IMPORTED_LENGTH, limit - 1)
    for (let start = Math.max(wordStart, end - MAX_IMPORTED_LENGTH); start <= last; start++) {
      if (isLetter(start - 1) && isLetter(start)) continue
      const secret = text.slice(start, end)
      if (!hasOwnShape(secret) && keys.has(secret)) found.push([secret, start])
    }
  }

  function isLetter(at: number): boolean {
    return kinds[at === -1 ? before.charCodeAt(0) : text.charCodeAt(at)] === LETTER
  }
}

function hasOwnShape(text: string): boolean {
  return hasSecretShape(text, KEY_PREFIX) || hasSecretShape(text, SERVICE_TOKEN_PREFIX)
}
