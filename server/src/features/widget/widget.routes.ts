import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import {
  ConsumeCallInput,
  ConsumedCall,
  JsonWebKeySet,
  WidgetToken,
  WidgetTokenInput,
} from '@zentrix/shared/schemas/widget.ts'
import type { Context } from '../context.ts'
import { keyHolderOf, serviceOf } from '../request-principal.ts'
import { errors, IdempotencyHeaders } from '../../http/answers/route-schemas.ts'
import { getKeyWithUse } from '../keys/key-reads.ts'
import { consumeCall } from './consume-call.ts'
import { mintToken } from './mint-token.ts'
import { publicKeySet } from './signing-keys.ts'

/** What a customer's server calls with its key, and what the voice platform does with the token. */
export async function widgetRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.post(
    '/api/widget/token',
    {
      config: { access: 'key:widget-token' },
      schema: {
        tags: ['Public API'],
        summary: 'Swap a key for a token that starts one browser call',
        body: WidgetTokenInput,
        response: {
          200: WidgetToken,
          ...errors(400, 401, 403, 404, 413, 415, 429, 500, 502, 503),
        },
      },
    },
    (req) => mintToken(ctx, keyHolderOf(req), req.body),
  )

  api.get(
    '/api/whoami',
    {
      config: { access: 'key:any' },
      schema: {
        tags: ['Public API'],
        summary: 'Read the record of the key that asks',
        response: { 200: ApiKey, ...errors(401, 403, 429, 503) },
      },
    },
    (req) => getKeyWithUse(ctx, keyHolderOf(req), keyHolderOf(req).id),
  )

  api.get(
    '/.well-known/jwks.json',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Public API'],
        summary: 'The public keys of widget tokens',
        response: { 200: JsonWebKeySet },
      },
    },
    async (_, reply) => {
      reply.header('Cache-Control', 'public, max-age=300')
      return publicKeySet(ctx.signingKeys)
    },
  )

  api.post(
    '/api/internal/calls/consume',
    {
      config: { access: 'calls:consume' },
      schema: {
        tags: ['Calls'],
        summary: 'Start the call of a widget token, once',
        headers: IdempotencyHeaders,
        body: ConsumeCallInput,
        response: { 200: ConsumedCall, ...errors(400, 401, 403, 409, 413, 415, 503) },
      },
    },
    (req) =>
      consumeCall(
        ctx,
        serviceOf(req),
        req.body.accessToken,
        req.headers['idempotency-key'] ?? null,
      ),
  )
}
