import type { LogConfig } from 'kysely'
import { currentTraceparent } from '../../lib/tracing/trace-context.ts'
import { currentTracer } from '../../lib/tracing/tracer.ts'

/**
 * Kysely's `log`, which makes a step of each query of a traced request: its text with placeholders,
 * and no parameter. Undefined where nobody wants traces, so that no query is measured.
 */
export function traceQueries(system: 'postgresql' | 'sqlite'): { log?: LogConfig } {
  const tracer = currentTracer()
  if (!tracer) return {}
  return {
    log({ level, query, queryDurationMillis }) {
      const parent = currentTraceparent()
      if (parent === undefined) return
      const operation = /^\w+/.exec(query.sql)?.[0]?.toUpperCase() ?? 'SQL'
      tracer
        .begin(
          'client',
          operation,
          parent,
          { 'db.system.name': system, 'db.query.text': query.sql },
          Date.now() - queryDurationMillis,
        )
        .end({}, level === 'error')
    },
  }
}
