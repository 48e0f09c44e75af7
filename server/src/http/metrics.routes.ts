import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import * as z from 'zod'
import type { Context } from '../context.ts'
import { durationBucketsSeconds, verdictCodes } from '../metrics.ts'
import { errors } from './route-schemas.ts'

/** What Prometheus scrapes. */
export async function metricsRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const registry = registryOf(ctx)
  app.withTypeProvider<ZodTypeProvider>().get(
    '/metrics',
    {
      config: { access: 'metrics' },
      schema: {
        tags: ['Health'],
        summary: 'Metrics in the text format of Prometheus',
        produces: [Registry.PROMETHEUS_CONTENT_TYPE],
        response: { 200: z.string(), ...errors(401) },
      },
    },
    async (_, reply) => {
      const text = await registry.metrics()
      return reply.type(registry.contentType).serializer(String).send(text)
    },
  )
}

function registryOf(ctx: Context): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  registry.registerMetric(
    new Counter({
      name: 'nas_verifications_total',
      help: 'Verifications by verdict',
      labelNames: ['code'],
      registers: [],
      collect() {
        this.reset()
        for (const code of verdictCodes) this.inc({ code }, ctx.metrics.verdicts[code])
      },
    }),
  )
  registry.registerMetric(durationHistogram(ctx) as never)
  registry.registerMetric(
    new Gauge({
      name: 'nas_usage_flush_lag_seconds',
      help: 'Age of the oldest use that is not written yet',
      registers: [],
      collect() {
        this.set(ctx.usage.lagMs() / 1000)
      },
    }),
  )
  registry.registerMetric(
    new Counter({
      name: 'nas_usage_dropped_total',
      help: 'Uses thrown away because they could not be written for too long',
      registers: [],
      collect() {
        this.reset()
        this.inc(ctx.usage.dropped())
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'nas_database_connections',
      help: 'Connections of the pool by state; on SQLite there is no pool',
      labelNames: ['state'],
      registers: [],
      collect() {
        this.reset()
        for (const [state, count] of Object.entries(ctx.database.pool())) this.set({ state }, count)
      },
    }),
  )
  return registry
}

/** A histogram over counts that are kept elsewhere; the library's own must be told each value. */
function durationHistogram({ metrics }: Context) {
  const name = 'nas_verify_duration_seconds'
  return {
    name,
    async get() {
      let total = 0
      const buckets = metrics.durationCounts.map((count, at) => {
        total += count
        const le = durationBucketsSeconds[at] ?? '+Inf'
        return { metricName: `${name}_bucket`, labels: { le }, value: total }
      })
      return {
        name,
        help: 'From the question to the verdict',
        type: 'histogram',
        values: [
          ...buckets,
          { metricName: `${name}_sum`, labels: {}, value: metrics.durationSumSeconds },
          { metricName: `${name}_count`, labels: {}, value: total },
        ],
      }
    },
  }
}
