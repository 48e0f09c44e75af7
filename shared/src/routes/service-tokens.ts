import {
  IssuedServiceToken,
  IssueServiceTokenInput,
  ListServiceTokensQuery,
  ServiceTokenPage,
} from '../schemas/service-tokens.ts'
import { errors, IdempotencyHeaders, IdParams, Nothing, sameAnswerAgain } from './common.ts'

const tags = ['Service tokens']

export const serviceTokenRoutes = {
  'GET /api/service-tokens': {
    operationId: 'listServiceTokens',
    tags,
    summary: "List the organization's service tokens that are not revoked, newest first",
    querystring: ListServiceTokensQuery,
    response: { 200: ServiceTokenPage, ...errors(400, 401, 403, 503) },
  },
  'POST /api/service-tokens': {
    operationId: 'issueServiceToken',
    tags,
    summary: 'Make a service token; this answer alone holds it in full',
    description: `It reaches the owner's organization and no other. ${sameAnswerAgain}.`,
    headers: IdempotencyHeaders,
    body: IssueServiceTokenInput,
    example: { name: 'Billing', scopes: ['keys:verify'] },
    response: { 201: IssuedServiceToken, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'DELETE /api/service-tokens/:id': {
    operationId: 'revokeServiceToken',
    tags,
    summary: 'Revoke a service token, at once and for good',
    params: IdParams,
    response: { 204: Nothing, ...errors(400, 401, 403, 404, 503) },
  },
}
