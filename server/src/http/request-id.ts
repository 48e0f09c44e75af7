import { randomRequestId } from '../crypto/secret.ts'
import { holdsSecret } from '../redact.ts'

const acceptable = /^[A-Za-z0-9_.-]{1,64}$/

/** The caller's X-Request-Id if it is one we would print, else a fresh one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  if (typeof header === 'string' && acceptable.test(header) && !holdsSecret(header)) return header
  return randomRequestId()
}
