import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import {
  IssuedServiceToken,
  IssueServiceTokenInput,
  ListServiceTokensQuery,
  ServiceTokenPage,
} from '@zentrix/shared/schemas/service-tokens.ts'
import type { Context } from '../context.ts'
import { personOf } from '../request-principal.ts'
import { errors, IdempotencyHeaders, KeyParams, Nothing } from '../../http/answers/route-schemas.ts'
import { findServiceTokens } from './find-service-tokens.ts'
import { issueServiceToken } from './issue-service-token.ts'
import { revokeOwnServiceToken } from './revoke-own-service-token.ts'

const tags = ['Service tokens']

/** The tokens that an organization's owners give their own services. */
export async function serviceTokenRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/service-tokens',
    {
      config: { access: 'service-tokens:manage' },
      schema: {
        tags,
        summary: "List the organization's service tokens that are not revoked, newest first",
        querystring: ListServiceTokensQuery,
        response: { 200: ServiceTokenPage, ...errors(400, 401, 403, 503) },
      },
    },
    (req) => findServiceTokens(ctx, personOf(req), req.query),
  )

  api.post(
    '/api/service-tokens',
    {
      config: { access: 'service-tokens:manage' },
      schema: {
        tags,
        summary: 'Make a service token; this answer alone holds it in full',
        description:
          "It reaches the owner's organization and no other. With an Idempotency-Key, a retry within 10 minutes gets this answer again.",
        headers: IdempotencyHeaders,
        body: IssueServiceTokenInput,
        response: { 201: IssuedServiceToken, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
      },
    },
    async (req, reply) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      const issued = await issueServiceToken(ctx, personOf(req), req.body, idempotencyKey)
      return reply.status(201).send(issued)
    },
  )

  api.delete(
    '/api/service-tokens/:id',
    {
      config: { access: 'service-tokens:manage' },
      schema: {
        tags,
        summary: 'Revoke a service token, at once and for good',
        params: KeyParams,
        response: { 204: Nothing, ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (req, reply) => {
      await revokeOwnServiceToken(ctx, personOf(req), req.params.id)
      return reply.status(204).send()
    },
  )
}
