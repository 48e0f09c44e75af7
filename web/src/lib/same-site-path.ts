/**
 * Where to go after signing in, taken from an address anyone may have written.
 *
 * @returns path, query and fragment on this very site, or `fallback`
 */
export function sameSitePath(next: string | null, fallback: string): string {
  if (!next?.startsWith('/')) return fallback
  // The parser decides what `//host` and `/\host` mean, exactly as the browser would follow them.
  const url = URL.parse(next, window.location.origin)
  if (url?.origin !== window.location.origin) return fallback
  return url.pathname + url.search + url.hash
}
