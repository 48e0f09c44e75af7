// One Fastify route twice: guarded by a verifier with a lease, and open.
import { fastify } from 'fastify'
import { createVerifier } from '../../../../shared/client/create-verifier.ts'
import { fastifyGuard } from '../../../../shared/client/guards/fastify-guard.ts'
import { grantingService } from './granting-service.ts'

const app = fastify({ logger: false })
const verifier = createVerifier(grantingService)
const answer = { valid: true }
const schema = {
  response: { 200: { type: 'object', properties: { valid: { type: 'boolean' } } } },
}

app.post('/open', { schema }, (_, reply) => reply.send(answer))
app.post('/guarded', { schema, onRequest: fastifyGuard(verifier) }, (_, reply) =>
  reply.send(answer),
)
app.get('/readyz', (_, reply) => reply.send({ status: 'ok' }))

await verifier.ready
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
