import { isIP } from 'node:net'

/**
 * Whether a browser may count two origins as one site: the same scheme, and the same address or
 * names that end alike. Names under a public suffix, such as a.co.uk and b.co.uk, are taken for one
 * here: the list of those suffixes would only sharpen a warning.
 *
 * @see HTML Standard, "schemefully same site"
 */
export function isSameSite(one: string, other: string): boolean {
  const [first, second] = [new URL(one), new URL(other)]
  return first.protocol === second.protocol && siteOf(first) === siteOf(second)
}

function siteOf({ hostname }: URL): string {
  const isAddress = hostname.startsWith('[') || isIP(hostname) !== 0
  return isAddress ? hostname : hostname.split('.').slice(-2).join('.')
}
