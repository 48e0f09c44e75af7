import { pino, type DestinationStream, type Logger } from 'pino'
import { redact } from './redact.ts'

const hidden = ['password', 'authorization', 'cookie', 'idempotency-key'].map(
  (name) => `["${name}"]`,
)

/**
 * Structured logs, one JSON object a line. Whatever looks like a key, a service token or a widget
 * token is taken out of the finished line, so that no field can carry one by mistake.
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
