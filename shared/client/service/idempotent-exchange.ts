// A call that may be made any number of times, because all of them together count as one.
import { attempt, transientStatuses, type Received, type Send } from './exchange.ts'

const FIRST_PAUSE_MS = 50
const MAX_PAUSE_MS = 1000

/**
 * Sends until there is an answer that another attempt would not change, or the time is over. An
 * attempt without an answer ends after half of the time, so that a connection which died silently
 * leaves time for a new one.
 *
 * @param timeoutMs for everything, pauses included
 */
export async function askUntilAnswered(send: Send, timeoutMs: number): Promise<Received> {
  const deadlineMs = performance.now() + timeoutMs
  const leftMs = () => deadlineMs - performance.now()
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs)) {
    const received = await attemptWithin(send, Math.min(timeoutMs / 2, leftMs()))
    // Many processes lose the service at the same moment: they come back at different ones.
    const waitMs = pauseMs * (0.5 + Math.random() / 2)
    if (!isTransient(received) || leftMs() <= waitMs) return received
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}

async function attemptWithin(send: Send, timeoutMs: number): Promise<Received> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), timeoutMs)
  try {
    return await attempt(send, limit.signal)
  } finally {
    clearTimeout(timer)
  }
}

function isTransient(received: Received): boolean {
  if ('reason' in received) return true
  return received.status >= 500 || transientStatuses.includes(received.status)
}
