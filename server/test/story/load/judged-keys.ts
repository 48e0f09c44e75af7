// Keys whose every answer is judged by what was true while it was asked.
import type { Span } from '../../../../scripts/testkit/load/history.ts'
import type { Caller, Key, Verdict } from './load.ts'

export type Judged = {
  secret: string
  /** Whether a verdict is right for when it was asked for. */
  isRight(verdict: Verdict, span: Span): boolean
}

export function liveKey({ id, secret }: Key): Judged {
  return { secret, isRight: ({ code, keyId }) => code === 'VALID' && keyId === id }
}

export function endedKey({ secret }: Key): Judged {
  return { secret, isRight: ({ code }) => code === 'REVOKED' }
}

export function unknownKey(secret: string): Judged {
  return { secret, isRight: ({ code }) => code === 'NOT_FOUND' }
}

/** A key whose budget for each minute is soon spent. */
export function meteredKey({ id, secret }: Key, limit: number): Judged {
  const firstMinute = minute()
  let accepted = 0
  return {
    secret,
    isRight({ code, keyId }) {
      if (code === 'RATE_LIMITED') return accepted > 0
      accepted++
      const budgets = 1 + minute() - firstMinute
      return code === 'VALID' && keyId === id && accepted <= limit * budgets
    },
  }
}

/** A key that is revoked while it is asked about. */
export function doomedKey({ id, secret }: Key): Judged & { revoke(caller: Caller): Promise<void> } {
  let startMs = Infinity
  let endMs = Infinity
  return {
    secret,
    isRight({ code, keyId }, asked) {
      if (code === 'VALID') return keyId === id && asked.startMs <= endMs
      return code === 'REVOKED' && asked.endMs >= startMs
    },
    async revoke({ call }) {
      startMs = performance.now()
      const { status, body } = await call('DELETE', `/api/keys/${id}`)
      if (status !== 204) throw new Error(`not revoked: ${status} ${body}`)
      endMs = performance.now()
    },
  }
}

function minute(): number {
  return Math.floor(Date.now() / 60_000)
}
