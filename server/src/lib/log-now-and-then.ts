import type { Logger } from 'pino'

const INTERVAL_MS = 10_000

/**
 * Logs what may happen at every request: the first time at once, and then every 10 seconds at
 * most, with how often it happened since.
 */
export function logNowAndThen(log: Logger, level: 'warn' | 'error', message: string) {
  let toldAtMs = -Infinity
  let times = 0
  return (error: unknown, more: object = {}): void => {
    times++
    const nowMs = performance.now()
    if (nowMs - toldAtMs < INTERVAL_MS) return
    const { message: reason, code } = error as NodeJS.ErrnoException
    log[level]({ reason, code, times, ...more }, message)
    toldAtMs = nowMs
    times = 0
  }
}
