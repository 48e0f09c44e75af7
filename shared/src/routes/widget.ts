import { ApiKey } from '../schemas/keys.ts'
import {
  ConsumeCallInput,
  ConsumedCall,
  JsonWebKeySet,
  WidgetToken,
  WidgetTokenInput,
} from '../schemas/widget.ts'
import { errors, IdempotencyHeaders, NotModified } from './common.ts'

export const widgetRoutes = {
  'POST /api/widget/token': {
    tags: ['Public API'],
    summary: 'Swap a key for a token that starts one browser call',
    body: WidgetTokenInput,
    response: {
      200: WidgetToken,
      ...errors(400, 401, 403, 404, 413, 415, 429, 500, 502, 503),
    },
  },
  'GET /api/whoami': {
    tags: ['Public API'],
    summary: 'Read the record of the key that asks',
    response: { 200: ApiKey, ...errors(401, 403, 429, 503) },
  },
  'GET /.well-known/jwks.json': {
    tags: ['Public API'],
    summary: 'The public keys of widget tokens',
    response: { 200: JsonWebKeySet, 304: NotModified },
  },
  'POST /api/internal/calls/consume': {
    tags: ['Calls'],
    summary: 'Start the call of a widget token, once',
    headers: IdempotencyHeaders,
    body: ConsumeCallInput,
    response: { 200: ConsumedCall, ...errors(400, 401, 403, 409, 413, 415, 503) },
  },
}
