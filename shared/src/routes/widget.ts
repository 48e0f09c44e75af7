import { ApiKey } from '../schemas/keys.ts'
import {
  ConsumeCallInput,
  ConsumedCall,
  JsonWebKeySet,
  WidgetToken,
  WidgetTokenInput,
} from '../schemas/widget.ts'
import { errors, IdempotencyHeaders, NotModified } from './common.ts'
import { DEMO_AGENT_ID } from '../keys/samples.ts'

export const widgetRoutes = {
  'POST /api/widget/token': {
    operationId: 'mintWidgetToken',
    tags: ['Public API'],
    summary: 'Swap a key for a token that starts one browser call',
    body: WidgetTokenInput,
    example: { agentId: DEMO_AGENT_ID, language: 'en', callerName: 'Asha' },
    response: {
      200: WidgetToken,
      ...errors(400, 401, 403, 404, 413, 415, 429, 500, 502, 503),
    },
  },
  'GET /api/whoami': {
    operationId: 'whoAmI',
    tags: ['Public API'],
    summary: 'Read the record of the key that asks',
    response: { 200: ApiKey, ...errors(401, 403, 429, 503) },
  },
  'GET /.well-known/jwks.json': {
    operationId: 'getPublicKeys',
    tags: ['Public API'],
    summary: 'The public keys of widget tokens',
    response: { 200: JsonWebKeySet, 304: NotModified },
  },
  'POST /api/internal/calls/consume': {
    operationId: 'consumeCall',
    tags: ['Calls'],
    summary: 'Start the call of a widget token, once',
    headers: IdempotencyHeaders,
    body: ConsumeCallInput,
    example: { accessToken: 'the-token-that-a-browser-brought' },
    response: { 200: ConsumedCall, ...errors(400, 401, 403, 409, 413, 415, 503) },
  },
}
