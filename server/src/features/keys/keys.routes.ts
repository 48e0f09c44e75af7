import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import {
  ApiKey,
  IssuedKey,
  IssueKeyInput,
  KeyPage,
  ListKeysQuery,
  RevokeKeyInput,
  RotateKeyInput,
  UpdateKeyInput,
} from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../context.ts'
import { tenantOf } from '../request-principal.ts'
import { errors, IdempotencyHeaders, KeyParams, Nothing } from '../../http/answers/route-schemas.ts'
import { getKeyWithUse, listKeys } from './key-reads.ts'
import { issueKey } from './issue-key.ts'

import { revokeKey } from './revoke-key.ts'
import { rotateKey } from './rotate-key.ts'
import { updateKey } from './update-key.ts'

const tags = ['Keys']

/** The life of a key, for a person in the portal or a service that acts for an organization. */
export async function keyRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/keys',
    {
      config: { access: 'keys:read' },
      schema: {
        tags,
        summary: "List the organization's keys, newest first",
        querystring: ListKeysQuery,
        response: { 200: KeyPage, ...errors(400, 401, 403, 404, 503) },
      },
    },
    (req) => listKeys(ctx, tenantOf(req), req.query),
  )

  api.post(
    '/api/keys',
    {
      config: { access: 'keys:issue' },
      schema: {
        tags,
        summary: 'Make a key; this answer alone holds it in full',
        description:
          'With an Idempotency-Key, a retry within 10 minutes gets this answer again, also when the key was changed or revoked since.',
        headers: IdempotencyHeaders,
        body: IssueKeyInput,
        response: { 201: IssuedKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
      },
    },
    async (req, reply) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      const issued = await issueKey(ctx, tenantOf(req), req.body, idempotencyKey)
      return reply.status(201).header('Location', `/api/keys/${issued.id}`).send(issued)
    },
  )

  api.get(
    '/api/keys/:id',
    {
      config: { access: 'keys:read' },
      schema: {
        tags,
        summary: 'Read a key',
        params: KeyParams,
        response: { 200: ApiKey, ...errors(400, 401, 403, 404, 503) },
      },
    },
    (req) => getKeyWithUse(ctx, tenantOf(req), req.params.id),
  )

  api.patch(
    '/api/keys/:id',
    {
      config: { access: 'keys:update' },
      schema: {
        tags,
        summary: 'Change settings of a key; absent keeps, null clears',
        params: KeyParams,
        body: UpdateKeyInput,
        response: { 200: ApiKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
      },
    },
    (req) => updateKey(ctx, tenantOf(req), req.params.id, req.body),
  )

  api.delete(
    '/api/keys/:id',
    {
      config: { access: 'keys:revoke' },
      schema: {
        tags,
        summary: 'Revoke a key, at once and for good',
        params: KeyParams,
        body: RevokeKeyInput.nullish(),
        response: { 204: Nothing, ...errors(400, 401, 403, 404, 413, 415, 503) },
      },
    },
    async (req, reply) => {
      await revokeKey(ctx, tenantOf(req), req.params.id, req.body?.reason ?? null)
      return reply.status(204).send()
    },
  )
  api.post(
    '/api/keys/:id/rotate',
    {
      config: { access: 'keys:rotate' },
      schema: {
        tags,
        summary:
          'Replace a key by a new one with its settings; this answer alone holds that in full',
        description:
          'The old key ends after the overlap, or at its own expiry if that is earlier. With an Idempotency-Key, a retry within 10 minutes gets this answer again.',
        params: KeyParams,
        headers: IdempotencyHeaders,
        body: RotateKeyInput,
        response: { 201: IssuedKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
      },
    },
    async (req, reply) => {
      const idempotencyKey = req.headers['idempotency-key'] ?? null
      const { id } = req.params
      const issued = await rotateKey(ctx, tenantOf(req), id, req.body, idempotencyKey)
      return reply.status(201).header('Location', `/api/keys/${issued.id}`).send(issued)
    },
  )
}
