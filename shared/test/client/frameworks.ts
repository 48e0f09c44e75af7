// The same guarded routes in every framework, and what a refusal looks like in each.
import { createServer, type Server } from 'node:http'
import { serve } from '@hono/node-server'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { expect, onTestFinished } from 'vitest'
import { expressGuard } from '../../client/guards/express-guard.ts'
import { fastifyGuard } from '../../client/guards/fastify-guard.ts'
import { honoGuard, type HonoGuardEnv } from '../../client/guards/hono-guard.ts'
import type { GuardClient } from '../../client/verifier.ts'
import { listening } from './kit.ts'

export const REQUEST_ID = 'request-1'

export const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

type Header = (name: string) => string | undefined

/** The questions of a test to a guard, equal in every framework. */
export type GuardSettings = {
  scopes?: readonly string[]
  cost?: number
  clientIp?: (header: Header) => string | undefined
  requestId?: (header: Header) => string
}

/** GET and POST /guarded answer with the principal; /cached says how long it may be kept. */
type Serve = (client: GuardClient, settings?: GuardSettings) => Promise<string>

export const frameworks: Record<'Fastify' | 'Express' | 'Hono', Serve> = {
  async Fastify(client, settings = {}) {
    const app = fastify()
    const onRequest = fastifyGuard(
      client,
      settingsFor(settings, (request) => (name) => request.headers[name]?.toString()),
    )
    app.all('/guarded', { onRequest }, (request) => ({ apiKey: request.apiKey ?? null }))
    app.get('/cached', { onRequest }, (_, reply) =>
      reply.header('Cache-Control', 'max-age=5').send('kept'),
    )
    onTestFinished(() => app.close())
    return app.listen({ host: '127.0.0.1', port: 0 })
  },

  async Express(client, settings = {}) {
    const app = express()
    const guard = expressGuard(
      client,
      settingsFor(settings, (req) => (name) => req.get(name)),
    )
    app.all('/guarded', guard, (req, res) => void res.json({ apiKey: req.apiKey ?? null }))
    app.get('/cached', guard, (_, res) => void res.set('Cache-Control', 'max-age=5').send('kept'))
    return listening(createServer(app).listen(0, '127.0.0.1'))
  },

  async Hono(client, settings = {}) {
    const app = new Hono<HonoGuardEnv>()
    const guard = honoGuard(
      client,
      settingsFor(settings, (c) => (name) => c.req.header(name)),
    )
    app.all('/guarded', guard, (c) => c.json({ apiKey: c.get('apiKey') ?? null }))
    app.get(
      '/cached',
      guard,
      () => new Response('kept', { headers: { 'Cache-Control': 'max-age=5' } }),
    )
    return listening(serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server)
  },
}

function settingsFor<Req>(settings: GuardSettings, headerOf: (req: Req) => Header) {
  const { clientIp, requestId, ...rest } = settings
  return {
    ...rest,
    ...(clientIp && { clientIp: (req: Req) => clientIp(headerOf(req)) }),
    ...(requestId && { requestId: (req: Req) => requestId(headerOf(req)) }),
  }
}

/** That a refusal of a request with REQUEST_ID is as the contract says (section 2). */
export async function expectRefusal(
  answer: Response,
  status: number,
  code: string,
  error: string,
  more: object = {},
): Promise<void> {
  expect(await answer.json()).toEqual({ error, code, requestId: REQUEST_ID, ...more })
  expect(answer.status).toBe(status)
  expect(headersOf(answer)).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': REQUEST_ID,
  })
}

/** The headers that a guard sends; frameworks and Node add others of their own. */
export function headersOf(answer: Response): Record<string, string> {
  const sent = [
    'cache-control',
    'ratelimit',
    'ratelimit-policy',
    'retry-after',
    'www-authenticate',
    'x-request-id',
  ]
  if (!answer.ok) sent.push('content-type')
  return Object.fromEntries([...answer.headers].filter(([name]) => sent.includes(name)))
}
