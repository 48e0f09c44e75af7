import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { Registry } from 'prom-client'
import * as z from 'zod'
import { metricsOfProcess, startMetrics, type MetricSources } from './metrics-registry.ts'
import { errors } from '@zentrix/shared/routes/common.ts'

/** Metrics for Prometheus. */
export async function metricsRoutes(app: FastifyInstance, ctx: MetricSources): Promise<void> {
  startMetrics(ctx)
  app.withTypeProvider<ZodTypeProvider>().get(
    '/metrics',
    {
      config: { access: 'metrics' },
      schema: {
        operationId: 'getMetrics',
        tags: ['Health'],
        summary: 'Metrics in the text format of Prometheus',
        response: {
          200: {
            description: 'All metrics of this process',
            content: { [Registry.PROMETHEUS_CONTENT_TYPE]: { schema: z.string() } },
          },
          ...errors(401),
        },
      },
    },
    async (_, reply) => {
      const text = await metricsOfProcess(ctx)
      return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).serializer(String).send(text)
    },
  )
}
