const MAX_LENGTH = 2000

// In a path these are no text but separators, or controls, to the program that decodes it.
const encodedSeparatorOrControl = /%(?:2f|5c|[01][0-9a-f]|7f)/i

/**
 * A place on this very site, from text that anyone may have written: for a link, or for `Location`.
 * Nothing that comes back is another site's, however a browser or a server reads it.
 *
 * @returns path, query and fragment in ASCII, dot segments resolved; undefined for anything else
 * @see RFC 3986 §5.2.4, RFC 9110 §10.2.2
 */
export function localPath(text: string): string | undefined {
  if (!text.isWellFormed() || /[\p{Cc}\\]/u.test(text)) return undefined
  const end = text.search(/[?#]/)
  const path = end === -1 ? text : text.slice(0, end)
  if (!path.startsWith('/') || encodedSeparatorOrControl.test(path)) return undefined
  const resolved = withoutDotSegments(path)
  // The rest of `//host` would be taken for a host.
  if (resolved.startsWith('//')) return undefined
  const encoded = encodeOnce(resolved + (end === -1 ? '' : text.slice(end)))
  return encoded.length <= MAX_LENGTH ? encoded : undefined
}

function withoutDotSegments(path: string): string {
  const kept: string[] = []
  const segments = path.slice(1).split('/')
  for (const [at, segment] of segments.entries()) {
    const plain = segment.replaceAll(/%2e/gi, '.')
    const isDot = plain === '.' || plain === '..'
    if (plain === '..') kept.pop()
    if (!isDot) kept.push(segment)
    else if (at === segments.length - 1) kept.push('')
  }
  return `/${kept.join('/')}`
}

/** Percent-encodes what no URL may hold; what is encoded already stays. */
function encodeOnce(text: string): string {
  return encodeURI(text).replaceAll(/%25(?=[0-9a-f]{2})/gi, '%')
}
