import { SECOND_MS } from '@zentrix/shared/moment.ts'
import { TURN_MS } from './deliver-line.ts'

// After a turn that took longer than this, which means a message that took a second, a webhook keeps to
// the places for slow ones, and holds up no other.
const SLOW_MS = TURN_MS + SECOND_MS
const MAX_SENDING = { quick: 24, slow: 16 }

/**
 * Messages being sent, and those waiting for a place: ids of webhooks, and of single deliveries.
 */
export type Places = {
  /** Lets these wait for a place. */
  wake(ids: string[]): void
  /** Begins to send, as long as there are places. */
  fill(): void
  /** Lets nothing wait any more. */
  clear(): void
  /** Begins nothing from now on. */
  close(): void
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>
}

/** @param turn sends for one id, and never rejects; true means that it is to have another turn */
export function sendingPlaces(turn: (id: string) => Promise<boolean>): Places {
  const waiting = new Set<string>()
  const sending = new Map<string, { work: Promise<void>; isSlow: boolean }>()
  const slow = new Set<string>()
  let isClosed = false

  function fill(): void {
    const taken = { quick: 0, slow: 0 }
    for (const { isSlow } of sending.values()) taken[isSlow ? 'slow' : 'quick']++
    for (const id of waiting) {
      if (isClosed) return
      const place = slow.has(id) ? 'slow' : 'quick'
      if (sending.has(id) || taken[place] >= MAX_SENDING[place]) continue
      taken[place]++
      waiting.delete(id)
      sending.set(id, { work: send(id), isSlow: place === 'slow' })
    }
  }

  async function send(id: string): Promise<void> {
    const startedAt = performance.now()
    if (await turn(id)) waiting.add(id)
    const isSlow = performance.now() - startedAt > SLOW_MS
    if (isSlow) slow.add(id)
    else slow.delete(id)
    sending.delete(id)
    fill()
  }

  return {
    wake(ids) {
      for (const id of ids) waiting.add(id)
    },
    fill,
    clear: () => waiting.clear(),
    close() {
      isClosed = true
    },
    async idle() {
      while (sending.size > 0) await Promise.all([...sending.values()].map(({ work }) => work))
    },
  }
}
