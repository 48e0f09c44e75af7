import { pino, type DestinationStream, type Logger } from 'pino'
import { asError } from '../caught.ts'
import { redact } from './redact.ts'

const hidden = ['password', 'authorization', 'cookie', 'idempotency-key'].map(
  (name) => `["${name}"]`,
)

/**
 * Structured logs, one JSON object a line. Text that looks like a key, a service token or a
 * widget token is taken out of the finished line, so that no field can carry one by mistake.
 */
export function makeLogger(level: string, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [...hidden, ...hidden.map((path) => `*${path}`)],
        censor: '[redacted]',
      },
    },
    { write: (line) => void destination.write(redact(line)) },
  )
}

const INTERVAL_MS = 10_000

/**
 * Logs a failure that may occur at every request: the first one at once, and then at most one in
 * 10 seconds, with the number of failures since.
 */
export function logNowAndThen(log: Logger, level: 'warn' | 'error', message: string) {
  let loggedAtMs = -Infinity
  let times = 0
  return (error: unknown, more: object = {}): void => {
    times++
    const nowMs = performance.now()
    if (nowMs - loggedAtMs < INTERVAL_MS) return
    const failure = error === undefined ? undefined : asError(error)
    log[level]({ reason: failure?.message, code: failure?.code, times, ...more }, message)
    loggedAtMs = nowMs
    times = 0
  }
}
