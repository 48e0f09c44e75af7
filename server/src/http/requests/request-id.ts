import { holdsSecret } from '../../lib/log/redact.ts'

const acceptable = /^[A-Za-z0-9_.-]{1,64}$/

// 96 random bits for each process and counted within it: no two requests share an id, at no cost.
const processId = Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString('base64url')
let count = 0

function nextRequestId(): string {
  return `${processId}-${(count++).toString(36)}`
}

/** The caller's X-Request-Id if it is one we would print, else a fresh one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  if (header === undefined) return nextRequestId()
  if (typeof header === 'string' && acceptable.test(header) && !holdsSecret(header)) return header
  return nextRequestId()
}
