const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/

/**
 * The id of the trace that a request belongs to, as its `traceparent` names it; undefined for
 * none, or one that is malformed.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header §3.2
 */
export function traceIdOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || header.length > 100) return undefined
  const [, version, traceId, parentId, more] = pattern.exec(header) ?? []
  const isKnownVersion = version !== 'ff' && !(version === '00' && more !== undefined)
  if (!isKnownVersion || traceId === undefined) return undefined
  return /^0+$/.test(traceId) || /^0+$/.test(parentId ?? '') ? undefined : traceId
}
