import {
  ApiKey,
  CountKeysQuery,
  FindKeyInput,
  IssuedKey,
  IssueKeyInput,
  KeyCounts,
  KeyPage,
  ListKeysQuery,
  RevokeKeyInput,
  RotateKeyInput,
  UpdateKeyInput,
} from '../schemas/keys.ts'
import { RevokedMany, RevokeManyInput } from '../schemas/revoke-many.ts'
import { errors, IdempotencyHeaders, IdParams, Nothing, sameAnswerAgain } from './common.ts'
import { SAMPLE_KEY } from '../keys/samples.ts'

const tags = ['Keys']

export const keyRoutes = {
  'GET /api/keys': {
    operationId: 'listKeys',
    tags,
    summary: "List the organization's keys, latest first",
    querystring: ListKeysQuery,
    response: { 200: KeyPage, ...errors(400, 401, 403, 404, 503) },
  },
  'POST /api/keys': {
    operationId: 'issueKey',
    tags,
    summary: 'Make a key; this answer alone holds it in full',
    description: `${sameAnswerAgain}, also when the key was changed or revoked since.`,
    headers: IdempotencyHeaders,
    body: IssueKeyInput,
    example: { label: 'Production server', environment: 'production', scopes: ['widget:token'] },
    response: { 201: IssuedKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'GET /api/keys/counts': {
    operationId: 'countKeys',
    tags,
    summary: "Count the organization's keys by state; disabled ones are active",
    querystring: CountKeysQuery,
    response: { 200: KeyCounts, ...errors(400, 401, 403, 404, 503) },
  },
  'POST /api/keys/find': {
    operationId: 'findKey',
    tags,
    summary: 'Find the record of a whole key, in any state',
    description:
      'For whoever holds a key and wants to know which one it is. In a body, because a URL is no place for secrets. 404 if it is none of the organization.',
    body: FindKeyInput,
    example: { key: SAMPLE_KEY },
    response: { 200: ApiKey, ...errors(400, 401, 403, 404, 413, 415, 503) },
  },
  'POST /api/keys/revoke-many': {
    operationId: 'revokeManyKeys',
    tags,
    summary: 'Revoke all keys that fit, at once and for good, or none',
    description:
      'All unrevoked keys of the organization, expired and disabled ones too, that fit every given condition; at most 1,000. Each has an audit event of its own.',
    body: RevokeManyInput,
    example: { filter: { environment: 'staging' }, dryRun: true },
    response: { 200: RevokedMany, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'GET /api/keys/:id': {
    operationId: 'getKey',
    tags,
    summary: 'Read a key',
    params: IdParams,
    response: { 200: ApiKey, ...errors(400, 401, 403, 404, 503) },
  },
  'PATCH /api/keys/:id': {
    operationId: 'updateKey',
    tags,
    summary: 'Change settings of a key; absent keeps, null clears',
    params: IdParams,
    body: UpdateKeyInput,
    example: { label: 'Production server, Mumbai', rateLimitPerMinute: 600 },
    response: { 200: ApiKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'DELETE /api/keys/:id': {
    operationId: 'revokeKey',
    tags,
    summary: 'Revoke a key, at once and for good',
    params: IdParams,
    body: RevokeKeyInput.nullish(),
    example: { reason: 'No longer needed' },
    response: { 204: Nothing, ...errors(400, 401, 403, 404, 413, 415, 503) },
  },
  'POST /api/keys/:id/rotate': {
    operationId: 'rotateKey',
    tags,
    summary: 'Replace a key by a new one with its settings; this answer alone holds that in full',
    description: `The old key ends after the overlap, or at its own expiry if that is earlier. ${sameAnswerAgain}.`,
    params: IdParams,
    headers: IdempotencyHeaders,
    body: RotateKeyInput,
    example: { overlapSeconds: 3600 },
    response: { 201: IssuedKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
}
