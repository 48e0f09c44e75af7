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
import { errors, IdempotencyHeaders, IdParams, Nothing, sameAnswerAgain } from './common.ts'

const tags = ['Keys']

export const keyRoutes = {
  'GET /api/keys': {
    tags,
    summary: "List the organization's keys, latest first",
    querystring: ListKeysQuery,
    response: { 200: KeyPage, ...errors(400, 401, 403, 404, 503) },
  },
  'POST /api/keys': {
    tags,
    summary: 'Make a key; this answer alone holds it in full',
    description: `${sameAnswerAgain}, also when the key was changed or revoked since.`,
    headers: IdempotencyHeaders,
    body: IssueKeyInput,
    response: { 201: IssuedKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'GET /api/keys/counts': {
    tags,
    summary: "Count the organization's keys by state; disabled ones are active",
    querystring: CountKeysQuery,
    response: { 200: KeyCounts, ...errors(400, 401, 403, 404, 503) },
  },
  'POST /api/keys/find': {
    tags,
    summary: 'Find the record of a whole key, in any state',
    description:
      'For whoever holds a key and wants to know which one it is. In a body, because a URL is no place for secrets. 404 if it is none of the organization.',
    body: FindKeyInput,
    response: { 200: ApiKey, ...errors(400, 401, 403, 404, 413, 415, 503) },
  },
  'GET /api/keys/:id': {
    tags,
    summary: 'Read a key',
    params: IdParams,
    response: { 200: ApiKey, ...errors(400, 401, 403, 404, 503) },
  },
  'PATCH /api/keys/:id': {
    tags,
    summary: 'Change settings of a key; absent keeps, null clears',
    params: IdParams,
    body: UpdateKeyInput,
    response: { 200: ApiKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'DELETE /api/keys/:id': {
    tags,
    summary: 'Revoke a key, at once and for good',
    params: IdParams,
    body: RevokeKeyInput.nullish(),
    response: { 204: Nothing, ...errors(400, 401, 403, 404, 413, 415, 503) },
  },
  'POST /api/keys/:id/rotate': {
    tags,
    summary: 'Replace a key by a new one with its settings; this answer alone holds that in full',
    description: `The old key ends after the overlap, or at its own expiry if that is earlier. ${sameAnswerAgain}.`,
    params: IdParams,
    headers: IdempotencyHeaders,
    body: RotateKeyInput,
    response: { 201: IssuedKey, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
}
