// The yardstick: a Fastify route that reads the same body, and sends the same headers and the same
// answer, without deciding anything.
import { fastify } from 'fastify'

const app = fastify({ logger: false })

const answer = {
  valid: true,
  code: 'VALID',
  keyId: 'key_01JQ0000000000000000000000',
  organizationId: 'org_01JQ0000000000000000000000',
  label: 'Key 123456',
  environment: 'production',
  scopes: [] as string[],
  expiresAt: null,
  rateLimit: { limit: 1_000_000, remaining: 999_999, resetAt: '2026-01-01T00:01:00.000Z' },
}

app.addHook('onRequest', (_, reply, done) => {
  reply.header('X-Request-Id', 'bare-1234567890')
  reply.header('Cache-Control', 'no-store')
  done()
})

app.post(
  '/api/auth/verify',
  {
    schema: {
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['key'],
        properties: { key: { type: 'string' } },
      },
      response: {
        200: {
          type: 'object',
          properties: {
            valid: { type: 'boolean' },
            code: { type: 'string' },
            keyId: { type: 'string' },
            organizationId: { type: 'string' },
            label: { type: 'string' },
            environment: { type: 'string' },
            scopes: { type: 'array', items: { type: 'string' } },
            expiresAt: { type: ['string', 'null'] },
            rateLimit: {
              type: 'object',
              properties: {
                limit: { type: 'integer' },
                remaining: { type: 'integer' },
                resetAt: { type: 'string' },
              },
            },
          },
        },
      },
    },
  },
  (_, reply) => reply.send(answer),
)

app.get('/readyz', (_, reply) => reply.send({ status: 'ok' }))

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
