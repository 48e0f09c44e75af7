// The yardstick on PostgreSQL: a Fastify route that reads one row by its primary key for each
// request, by a prepared statement of the same client and pool, and decides nothing.
import { fastify } from 'fastify'
import { hashHead, hashSecret } from '../../../server/src/crypto/hash.ts'
import { openPool } from '../../../server/src/store/postgres/pool.ts'

const pool = openPool(process.env['DATABASE_URL']!)
const app = fastify({ logger: false })

app.route<{ Body: { key: string } }>({
  method: 'POST',
  url: '/api/auth/verify',
  handler: async (req) => {
    const { rows } = await pool.query({
      name: 'plain',
      text: `select id as "keyId", organization_id as "organizationId", label, environment, revoked_at
           from api_keys where hash_head = $1`,
      values: [`${hashHead(hashSecret(req.body.key))}`],
    })
    return { valid: rows.length === 1, code: 'VALID', ...rows[0] }
  },
})

app.get('/readyz', (_, reply) => reply.send({ status: 'ok' }))

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })

async function stop(): Promise<void> {
  await app.close()
  process.exit(0)
}
process.once('SIGTERM', stop)
