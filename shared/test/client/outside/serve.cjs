// A service of another team: in each framework a route that is guarded by asking, and one by leases.
// Runs where the package is installed.
const { once } = require('node:events')
const { createServer } = require('node:http')
const express = require('express')
const { fastify } = require('fastify')
const { Hono } = require('hono')
const { serve } = require('@hono/node-server')

/** Prints the address of each framework's server, and what else there is to print. */
exports.serveGuarded = async ({ api, guards, more }) => {
  const settings = {
    url: process.env.KEYS_URL,
    serviceToken: process.env.KEYS_TOKEN,
    onUnavailable: 'deny',
    timeoutMs: 20_000,
  }
  const verifier = api.createVerifier(settings)
  await verifier.ready
  process.once('SIGTERM', () => verifier.close().then(() => process.exit(0)))
  const options = { scopes: ['a'] }
  const local = { host: '127.0.0.1', port: 0 }
  const fastifyApp = fastify()
  const expressApp = express()
  const honoApp = new Hono()
  const guarded = { '/asking': api.createVerifyClient(settings), '/leased': verifier }
  for (const [path, client] of Object.entries(guarded)) {
    const onRequest = guards.fastifyGuard(client, options)
    fastifyApp.get(path, { onRequest }, (request) => request.apiKey)
    expressApp.get(path, guards.expressGuard(client, options), (req, res) => res.json(req.apiKey))
    honoApp.get(path, guards.honoGuard(client, options), (c) => c.json(c.get('apiKey')))
  }
  fastifyApp.get('/stats', () => verifier.stats())

  const expressServer = createServer(expressApp).listen(local)
  const honoServer = serve({ fetch: honoApp.fetch, hostname: local.host, port: 0 })
  await once(expressServer, 'listening')
  if (!honoServer.listening) await once(honoServer, 'listening')
  const addressOf = (server) => `http://127.0.0.1:${server.address().port}`
  const addresses = {
    fastify: await fastifyApp.listen(local),
    express: addressOf(expressServer),
    hono: addressOf(honoServer),
  }
  process.stdout.write(`${JSON.stringify({ node: process.version, addresses, ...more })}\n`)
}
