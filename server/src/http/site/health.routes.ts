import { refusalSentences } from '@zentrix/shared/refusals.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { AppError } from '../../lib/errors.ts'
import type { Readiness } from '../server/readiness.ts'
import { errors } from '@zentrix/shared/routes/common.ts'

const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health', description: 'It does' })

/** Health checks for a supervisor and a load balancer. */
export async function healthRoutes(app: FastifyInstance, readiness: Readiness): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'isAlive',
        tags: ['Health'],
        summary: 'The process is alive',
        response: { 200: Health },
      },
    },
    async (_, reply) => reply.header('Cache-Control', 'no-store').send({ status: 'ok' }),
  )
  api.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'isReady',
        tags: ['Health'],
        summary: 'The service can answer',
        response: { 200: Health, ...errors(503) },
      },
    },
    async (_, reply) => {
      if (!(await readiness.isReady()))
        throw new AppError('UNAVAILABLE', refusalSentences.UNAVAILABLE)
      return reply.header('Cache-Control', 'no-store').send({ status: 'ok' })
    },
  )
}
