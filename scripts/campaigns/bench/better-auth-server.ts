// The usual way: better-auth with its API-key plugin, behind the same Fastify, on the same engine.
import { writeFileSync } from 'node:fs'
import { apiKey } from '@better-auth/api-key'
import { betterAuth, type BetterAuthPlugin } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import Sqlite from 'better-sqlite3'
import { fastify } from 'fastify'

const KEYS = 1000

const database = new Sqlite(process.env['DATABASE_PATH']!)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = NORMAL')

// The plugin's types do not fit exactOptionalPropertyTypes, so its two endpoints are named here.
const plugin: unknown = apiKey({
  rateLimit: { enabled: true, maxRequests: 1_000_000_000, timeWindow: 60_000 },
})
type ApiKeyEndpoints = {
  createApiKey(input: { body: { userId: string; name: string } }): Promise<{ key: string }>
  verifyApiKey(input: {
    body: { key: string }
  }): Promise<{ valid: boolean; key: { id: string } | null }>
}

const options = {
  database,
  secret: 'a-secret-for-the-benchmark-only-0123456789',
  baseURL: 'http://localhost',
  telemetry: { enabled: false },
  emailAndPassword: { enabled: true },
  plugins: [plugin as BetterAuthPlugin],
}
const auth = betterAuth(options)
const apiKeys = auth.api as unknown as ApiKeyEndpoints
await (await getMigrations(options)).runMigrations()
const { user } = await auth.api.signUpEmail({
  body: { name: 'Bench', email: 'bench@example.com', password: 'correct horse battery' },
})
const secrets: string[] = []
for (let made = 0; made < KEYS; made++)
  secrets.push((await apiKeys.createApiKey({ body: { userId: user.id, name: `Key ${made}` } })).key)
writeFileSync(process.env['SECRETS_PATH']!, secrets.join(''))

const app = fastify({ logger: false })
app.route<{ Body: { key: string } }>({
  method: 'POST',
  url: '/api/auth/verify',
  handler: async (req) => {
    const { valid, key } = await apiKeys.verifyApiKey({ body: { key: req.body.key } })
    return { valid, keyId: key?.id }
  },
})
app.get('/readyz', () => ({ status: 'ok' }))
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
