import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { RevokeLeakedInput } from '@zentrix/shared/schemas/keys.ts'
import { DetectorMatches, LeakFeedback, LeakReports } from '@zentrix/shared/schemas/leaks.ts'
import type { Context } from '../context.ts'
import { traceOf } from '../../http/server/request-trace.ts'
import { limitPerAddress } from '../../http/answers/limit-per-address.ts'
import { serviceOf } from '../request-principal.ts'
import { errors, Nothing } from '../../http/answers/route-schemas.ts'
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

  api.post(
    '/api/keys/revoke-leaked',
    {
      config: { access: 'public' },
      onRequest: limitPerAddress(ctx, 'revoke-leaked', MAX_REVOKED_PER_MINUTE),
      schema: {
        tags: ['Public API'],
        summary: 'End a key that was found; whoever holds it may',
        description: 'The answer is the same for any text, so that it tells nothing.',
        body: RevokeLeakedInput,
        response: { 202: Nothing, ...errors(400, 413, 415, 429, 503) },
      },
    },
    async (req, reply) => {
      await revokeLeakedKey(ctx, traceOf(req), req.body.key)
      return reply.status(202).send()
    },
  )

  api.post(
    '/api/leaks/github',
    {
      config: { access: 'leaks:report', keepsRawBody: true },
      onRequest: limitPerAddress(ctx, 'leaks', MAX_REPORTS_PER_MINUTE),
      preValidation: (req) =>
        assertSigned(keys, {
          body: req.rawBody,
          keyIdentifier: req.headers['github-public-key-identifier'],
          signature: req.headers['github-public-key-signature'],
        }),
      schema: {
        tags: ['Leaks'],
        summary: "Report secrets found in public; for GitHub's secret scanning",
        description:
          'The headers Github-Public-Key-Identifier and Github-Public-Key-Signature sign the body (ECDSA on P-256 with SHA-256). What is ours is ended or marked, as LEAK_POLICY says. Unknown fields are passed over.',
        body: LeakReports,
        response: { 200: z.array(LeakFeedback), ...errors(400, 401, 413, 415, 429, 503) },
      },
    },
    (req) => takeReports(ctx, traceOf(req), req.body),
  )

  api.post(
    '/api/leaks/trufflehog',
    {
      config: { access: 'keys:verify' },
      schema: {
        tags: ['Leaks'],
        summary: 'Ask whether a secret that was found still works; for a TruffleHog detector',
        description: '200 if one of the matches is live, 204 if none is.',
        body: DetectorMatches,
        response: {
          200: Nothing,
          204: Nothing,
          ...errors(400, 401, 403, 413, 415, 503),
        },
      },
    },
    async (req, reply) =>
      reply.status((await isAnyLive(ctx, serviceOf(req), req.body)) ? 200 : 204).send(),
  )
}
