import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { serve } from '@hono/node-server'
import { expect, onTestFinished, test } from 'vitest'
import { testApi } from '../../scripts/testkit/api/kit.ts'
import { openLink } from '../../scripts/testkit/api/hand-over.ts'
import { openPortal as openByExpress } from '../hand-off/express.ts'
import { openPortal as openByFastify } from '../hand-off/fastify.ts'
import { openPortal as openByFetch } from '../hand-off/fetch.ts'
import type { Customer, KeyService } from '../hand-off/portal-link.ts'

type CustomerOf = (session: string | undefined) => Promise<Customer | undefined>

/** Serves the page in that framework. @returns its URL */
type Platform = (keys: KeyService, customerOf: CustomerOf) => Promise<string>

const platforms: Record<string, Platform> = {
  async fastify(keys, customerOf) {
    const app = fastify()
    app.get(
      '/api-keys',
      openByFastify(keys, ({ headers }) => customerOf(headers.cookie)),
    )
    onTestFinished(() => app.close())
    return `${await app.listen({ host: '127.0.0.1', port: 0 })}/api-keys`
  },

  async express(keys, customerOf) {
    const app = express()
    app.get(
      '/api-keys',
      openByExpress(keys, (req) => customerOf(req.get('cookie'))),
    )
    app.use(((_error, _req, res, _next) => void res.sendStatus(500)) as express.ErrorRequestHandler)
    return listening(createServer(app).listen(0, '127.0.0.1'))
  },

  async fetch(keys, customerOf) {
    const open = openByFetch(keys, ({ headers }) => customerOf(headers.get('cookie') ?? undefined))
    const app = new Hono().get('/api-keys', ({ req }) => open(req.raw))
    app.onError((_error, context) => context.text('', 500))
    return listening(serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server)
  },
}

async function listening(server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api-keys`
}

const RETURN = 'https://app.example.com/settings'

test.each(Object.keys(platforms))('the page in %s hands its customer over', async (name) => {
  const api = await testApi({ env: { PORTAL_RETURN_ORIGINS: 'https://app.example.com' } })
  const { organizationId } = await api.owner()
  const customer: Customer = {
    organizationId,
    userId: 'customer-1',
    email: 'kim@customer.example',
    name: 'Kim Lee',
    role: 'member',
  }
  const url = api.address
  const token = await api.serviceToken({ scopes: ['portal:hand-off'] })
  const keys = { url, token, returnUrl: RETURN }
  const page = await platforms[name]!(keys, async (session) =>
    session === 'session=kim' ? customer : undefined,
  )
  const visit = (session?: string) =>
    fetch(page, { redirect: 'manual', headers: session ? { Cookie: session } : {} })

  const answer = await visit('session=kim')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const link = new URL(answer.headers.get('location')!)
  expect(link.href).toMatch(`${api.ctx.config.publicUrl}/hand-off#token=`)
  const person = await openLink(api, link.hash.replace('#token=', ''))
  const { body } = await person.agent.get('/api/session/get-session').expect(200)
  expect(body).toMatchObject({
    user: { name: 'Kim Lee', email: 'kim@customer.example' },
    handOff: { organization: { id: organizationId }, role: 'member', returnUrl: RETURN },
  })

  expect((await visit()).status).toBe(401)
  keys.token = await api.serviceToken({ scopes: ['keys:verify'] })
  const refused = await visit('session=kim')
  expect([refused.status, refused.headers.get('location')]).toEqual([500, null])
})
