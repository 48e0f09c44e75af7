import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { traceOf } from '../../http/requests/request-trace.ts'
import { limitPerAddress } from '../../http/answers/limit-per-address.ts'
import { serviceOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { assertSigned } from './assert-signed.ts'
import { isAnyLive } from './is-any-live.ts'
import { providerKeys } from './provider-keys.ts'
import { revokeLeakedKey } from './revoke-leaked-key.ts'
import { takeReports } from './take-reports.ts'

const MAX_REVOKED_PER_MINUTE = 60
const MAX_REPORTS_PER_MINUTE = 120

/** Ways to end a key that has come to light, and to ask whether one that did still works. */
export async function leakRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()
  const keys = providerKeys(ctx)

  api.route({
    ...routeOf('POST /api/keys/revoke-leaked'),
    config: { access: 'public' },
    onRequest: limitPerAddress(ctx, 'revoke-leaked', MAX_REVOKED_PER_MINUTE),
    handler: async (req, reply) => {
      await revokeLeakedKey(ctx, traceOf(req), req.body.key)
      return reply.status(202).send()
    },
  })

  api.route({
    ...routeOf('POST /api/leaks/github'),
    config: { access: 'leaks:report', keepsRawBody: true },
    onRequest: limitPerAddress(ctx, 'leaks', MAX_REPORTS_PER_MINUTE),
    preValidation: (req) =>
      assertSigned(keys, {
        body: req.rawBody,
        keyIdentifier: req.headers['github-public-key-identifier'],
        signature: req.headers['github-public-key-signature'],
      }),
    handler: (req) => takeReports(ctx, traceOf(req), req.body),
  })

  api.route({
    ...routeOf('POST /api/leaks/trufflehog'),
    config: { access: 'keys:verify' },
    handler: async (req, reply) =>
      reply.status((await isAnyLive(ctx, serviceOf(req), req.body)) ? 200 : 204).send(),
  })
}
