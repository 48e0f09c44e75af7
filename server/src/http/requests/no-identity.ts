/**
 * The headers for a gateway about a client that is refused. It is on every such
 * answer, because a header that we left out could reach the service behind as the client sent it.
 */
export const noIdentity = {
  'X-Auth-Key-Id': '',
  'X-Auth-Organization-Id': '',
  'X-Auth-Environment': '',
  'X-Auth-Scopes': '',
}
