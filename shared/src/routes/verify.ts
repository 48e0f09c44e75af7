import * as z from 'zod'
import { LeaseAnswer, LeasePoll } from '../schemas/verification/leases.ts'
import { VerifyInput, VerifyResult } from '../schemas/verification/verify.ts'
import { Scope } from '../schemas/scopes.ts'
import { errors } from './common.ts'
import { SAMPLE_KEY } from '../keys/samples.ts'

const tags = ['Verification']

export const verifyRoutes = {
  'POST /api/auth/verify': {
    operationId: 'verifyKey',
    tags,
    summary: 'Say whether a key is good, as of now',
    body: VerifyInput,
    example: { key: SAMPLE_KEY, scopes: ['widget:token'], ip: '203.0.113.7' },
    response: { 200: VerifyResult, ...errors(400, 401, 403, 413, 415, 503) },
  },
  'POST /api/auth/lease': {
    operationId: 'pollLease',
    tags,
    summary: 'Begin or renew a lease, under which a verifier decides by its copies of keys',
    description:
      'Held until a key changes, but at most half a second. A lease runs from before the poll was ' +
      'sent. The copies of keys that `changes` names are to be dropped before it is counted; the ' +
      'next poll confirms that, and is sent at once.',
    body: LeasePoll,
    example: { session: null, nonce: '', applied: 0, batch: 0, uses: [], unused: [] },
    response: { 200: LeaseAnswer, ...errors(400, 401, 403, 413, 415, 503) },
  },
  'GET /api/auth/check': {
    operationId: 'checkKey',
    tags,
    summary: 'Tell a gateway whether to let a request through',
    description:
      'For nginx auth_request, Caddy forward_auth, Traefik ForwardAuth and Envoy ext_authz. Takes ' +
      "any method, and anything after the path; bodies are ignored. The client's key costs 1. " +
      'Every answer has `X-Auth-Code`, and `X-Auth-Key-Id`, `X-Auth-Organization-Id`, ' +
      '`X-Auth-Environment` and `X-Auth-Scopes` (`*` where unrestricted, else separated by ' +
      'spaces), which are empty unless the answer is 200.',
    querystring: z.object({
      scope: z.array(Scope).optional().meta({ description: 'May be repeated; all must hold' }),
      deny: z
        .literal('403')
        .optional()
        .meta({ description: 'Answers 403 in place of 429, for gateways that pass on only that' }),
    }),
    response: {
      200: z.undefined().meta({ description: 'The key is good' }),
      ...errors(400, 401, 403, 429, 503),
    },
  },
}
