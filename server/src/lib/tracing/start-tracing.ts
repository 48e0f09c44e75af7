import type { Logger } from 'pino'
import { logNowAndThen } from '../log/log.ts'
import { setTracer } from './tracer.ts'

/**
 * Makes traces in this thread, if there is a collector to send them to. Begin before a database is
 * opened, so that its queries are steps.
 *
 * @returns sends what is left, and ends it
 */
export async function startTracing(
  endpoint: string | undefined,
  log: Logger,
): Promise<() => Promise<void>> {
  if (endpoint === undefined) return async () => undefined
  const { openTelemetry } = await import('./open-telemetry.ts')
  const note = logNowAndThen(log, 'warn', 'traces could not be sent')
  const tracer = openTelemetry(endpoint, note)
  setTracer(tracer)
  return async () => {
    setTracer(undefined)
    await tracer.close()
  }
}
