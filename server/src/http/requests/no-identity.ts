/**
 * What an answer to a gateway says of a client that is not let through. It is on every such
 * answer, because a header that we left out could reach the service behind as the client sent it.
 */
export const noIdentity = {
  'X-Auth-Key-Id': '',
  'X-Auth-Organization-Id': '',
  'X-Auth-Environment': '',
  'X-Auth-Scopes': '',
}
