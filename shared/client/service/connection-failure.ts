// Why a request got no answer, from what `fetch` rejects with. Only the code is read: messages
// differ from runtime to runtime and may repeat what was sent.

/** `NOT_SENT`: nothing reached the service. `LOST`: the connection broke before it answered. */
export type ConnectionFailure = 'NOT_SENT' | 'LOST'

const failures: Record<string, ConnectionFailure> = {
  // Node, and Bun where it says the same.
  ECONNREFUSED: 'NOT_SENT',
  ENOTFOUND: 'NOT_SENT',
  EAI_AGAIN: 'NOT_SENT',
  EHOSTUNREACH: 'NOT_SENT',
  ENETUNREACH: 'NOT_SENT',
  ECONNRESET: 'LOST',
  EPIPE: 'LOST',
  UND_ERR_SOCKET: 'LOST',
  // Bun.
  ConnectionRefused: 'NOT_SENT',
  ConnectionReset: 'LOST',
  ConnectionClosed: 'LOST',
}

/**
 * The cause of a failure, or undefined where a runtime gives none: such a failure is not retried.
 */
export function connectionFailureOf(error: unknown): ConnectionFailure | undefined {
  for (const candidate of [error, causeOf(error)]) {
    const code = codeOf(candidate)
    if (code !== undefined && Object.hasOwn(failures, code)) return failures[code]
  }
  return undefined
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
