import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import { InsufficientScopeError, UnauthorizedError } from '../../../lib/errors.ts'
import type { Verdict } from '../verify-key.ts'
import { sendError, toAppError } from '../../../http/answers/error-handler.ts'
import type { GatewayQuestion } from './question.ts'
import { noIdentity } from '../../../http/requests/no-identity.ts'
import { refusalError } from '../refusal-error.ts'
import { sendBudget } from '../../../http/answers/send-budget.ts'

/** Answers a gateway: let the client through, with its identity, or send it this refusal. */
export function sendVerdict(
  ctx: Context,
  req: FastifyRequest,
  reply: FastifyReply,
  { scopes, hadCredential, statusOutOfBudget }: GatewayQuestion,
  verdict: Verdict,
) {
  if (verdict.rateLimit) sendBudget(ctx, reply, verdict.rateLimit)
  reply.header('X-Auth-Code', verdict.valid ? 'VALID' : verdict.code)
  if (!verdict.valid) {
    reply.headers(noIdentity)
    const error = refusalError(ctx, verdict, scopes, hadCredential)
    const status = verdict.code === 'RATE_LIMITED' ? statusOutOfBudget : error.status
    return sendError(req, reply, error, status)
  }
  const { key } = verdict
  reply.header('X-Auth-Key-Id', key.id)
  reply.header('X-Auth-Organization-Id', key.organizationId)
  reply.header('X-Auth-Environment', key.environment)
  reply.header('X-Auth-Scopes', key.scopes.length === 0 ? '*' : key.scopes.join(' '))
  return reply.send() // 200: Envoy accepts no other status as a yes
}

/** Says in `X-Auth-Code` why there is no verdict; the rest of the answer is the usual error. */
export function explainFailure(error: FastifyError, reply: FastifyReply): never {
  reply.headers(noIdentity)
  // Only a refusal of the gateway's own token throws: the client's key gets a verdict.
  const isGatewayRefused =
    error instanceof UnauthorizedError || error instanceof InsufficientScopeError
  reply.header('X-Auth-Code', isGatewayRefused ? 'SERVICE_TOKEN_REFUSED' : toAppError(error).code)
  throw error
}
