// Uses of the package that another team's compiler must accept, besides those in the README.
import { Hono } from 'hono'
import {
  consumeCall,
  ConsumeCallError,
  createVerifier,
  createVerifyClient,
  VerifyConfigurationError,
  type ConsumedCall,
  type Incident,
  type Verdict,
  type Verifier,
  type VerifyClient,
} from '@zentrix/api-keys'
import { expressGuard } from '@zentrix/api-keys/express'
import { fastifyGuard } from '@zentrix/api-keys/fastify'
import { honoGuard, type HonoGuardEnv } from '@zentrix/api-keys/hono'
import { createTestVerifier, type TestVerifier } from '@zentrix/api-keys/testing'
import type { Request } from 'express'
import type { FastifyRequest } from 'fastify'

const service = { url: 'https://keys.example.com', serviceToken: 'nassvc_x' }
const client: VerifyClient = createVerifyClient({
  ...service,
  onUnavailable: 'deny',
  report: (incident: Incident) => void incident.type,
  fetch: (url, init) => fetch(url, init),
})

export const leased: Verifier = createVerifier({ ...service, onUnavailable: 'allow' })

export function organizationOf(verdict: Verdict): string | undefined {
  if (verdict.code === 'VALID') return verdict.organizationId
  // @ts-expect-error -- a refused key stands for nobody
  return verdict.organizationId
}

export function inFastify(request: FastifyRequest): string {
  // @ts-expect-error -- it is undefined where an outage was allowed to pass
  return request.apiKey.organizationId
}

export function inExpress(req: Request): string | undefined {
  return req.apiKey?.organizationId
}

new Hono().get('/', honoGuard(client), (c) => c.json(c.get('apiKey')?.scopes ?? []))
new Hono<HonoGuardEnv>().get('/', (c) => c.json(c.get('apiKey')?.rateLimit.remaining ?? 0))

export const eitherKind = (verifier: Verifier) => [
  expressGuard(verifier, { scopes: ['a'], cost: 2, clientIp: (req) => req.ip }),
  fastifyGuard(verifier, { requestId: (request) => request.id }),
]
const test: TestVerifier = createTestVerifier({
  keys: [{ key: 'k', organizationId: 'org_1', scopes: ['a'], expiresAt: null }],
})
fastifyGuard(test)
export const now: Verdict | undefined = test.verifyNow('k', { scopes: ['a'], ip: '::1', cost: 0 })

// @ts-expect-error -- an outage must be decided on
createVerifyClient(service)
// @ts-expect-error -- there is no such option
fastifyGuard(client, { scope: 'a' })

export const call: Promise<ConsumedCall> = consumeCall(service, 'eyJ…')
export const codes: string[] = [
  new VerifyConfigurationError('x').code,
  new ConsumeCallError('ALREADY_USED', 'x').code,
]
