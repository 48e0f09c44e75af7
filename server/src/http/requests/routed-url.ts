const belowCheck = /^((?:https?:\/\/[^/?#]*)?\/api\/auth\/check\/)([^?]*)(.*)$/s
const strayPercent = /%(?![0-9A-Fa-f]{2})/

/**
 * The URL by which a request is routed. What stands below `check/` is the path of a gateway's
 * client, whose bytes need be no UTF-8, so the router does not see it.
 */
export function routedUrl(url: string): string {
  const [, prefix, path = '', query = ''] = belowCheck.exec(url) ?? []
  if (prefix === undefined) return url
  return strayPercent.test(path) ? `${prefix}%` : prefix + query
}
