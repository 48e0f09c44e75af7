import type { LeakReport } from '@zentrix/shared/schemas/leaks.ts'
import { holdsSecret, redactedPath } from '../../lib/log/redact.ts'

/** Where a secret was found, if known, in a form that may be kept and shown. */
export type LeakPlace = { source: string; url: string | null }

const MAX_URL_LENGTH = 2000

/** The place that a report names. Its text, file names included, comes from outside. */
export function placeOf({ source, url }: LeakReport): LeakPlace {
  const isPlain = typeof source === 'string' && /^[\w -]{1,50}$/.test(source)
  return { source: isPlain ? source.toLowerCase() : 'unknown', url: cleanUrl(url ?? '') }
}

/** A web address that holds no secret: no password, no query, and no key in the path. */
function cleanUrl(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  const isClean = redactedPath(url.pathname) === url.pathname && !holdsSecret(url.hash)
  const fragment = /^#[\w-]{1,100}$/.test(url.hash) ? url.hash : ''
  const clean = isClean ? `${url.origin}${url.pathname}${fragment}` : url.origin
  return clean.length <= MAX_URL_LENGTH ? clean : url.origin.slice(0, MAX_URL_LENGTH)
}
