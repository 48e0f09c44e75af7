import { MINUTE_MS, SECOND_MS } from '@zentrix/shared/moment.ts'

// They grow; the last one is repeated.
const PAUSES_MS = [
  SECOND_MS,
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
]

/** How long a message waits after an attempt that failed. @param attempts those before it */
export function retryPauseMs(attempts: number): number {
  return PAUSES_MS[Math.min(attempts, PAUSES_MS.length - 1)] ?? 0
}
