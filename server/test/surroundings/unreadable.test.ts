import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { DialectName } from '../../src/store/schema/dialect.ts'
import {
  expectError,
  onEachDatabase,
  testApi,
  type TestApi,
} from '../../../scripts/testkit/api/kit.ts'

type Row = [table: string, column: string, value: unknown]

const none = '2000-01-01T00:00:00.000Z' // readable, and long past

/** Values that a column of SQLite takes, whatever its type. */
const anywhere: Row[] = [
  ['api_keys', 'scopes', 'null'],
  ['api_keys', 'scopes', '{}'],
  ['api_keys', 'scopes', '"calls:read"'],
  ['api_keys', 'scopes', '[1]'],
  ['api_keys', 'scopes', ''],
  ['api_keys', 'allowed_ips', '{}'],
  ['api_keys', 'allowed_ips', 'null'],
  ['api_keys', 'environment', 'moon'],
  ['api_keys', 'rate_limit_per_minute', -1],
  ['service_tokens', 'scopes', '"keys:verify"'],
  ['service_tokens', 'organization_ids', '"all"'],
]

const onSqlite: Row[] = [
  ...anywhere,
  ...['', 'soon', '2999-01-01', none.replace('T', ' '), 0, Buffer.from(none)].map((value): Row => [
    'api_keys',
    'expires_at',
    value,
  ]),
  ['api_keys', 'revoked_at', ''],
  ['api_keys', 'disabled_at', 'no'],
  ['api_keys', 'rate_limit_per_minute', 'many'],
  ['api_keys', 'scopes', Buffer.from('[]')],
  ['service_tokens', 'expires_at', 'soon'],
  ['service_tokens', 'revoked_at', ''],
]

const onPostgres: Row[] = [
  ...anywhere,
  ['api_keys', 'expires_at', 'infinity'],
  ['api_keys', 'revoked_at', '-infinity'],
  ['api_keys', 'disabled_at', '0044-03-15 00:00:00+00 BC'],
  ['service_tokens', 'expires_at', 'infinity'],
]

describe.each<[DialectName, Row[]]>([
  ['sqlite', onSqlite],
  ['postgres', onPostgres],
])('on %s', (dialect, rows) => {
  test('a key whose row cannot be read is a 503 and a line in the log, and no other is', async () => {
    const api = await testApi({ dialect })
    const owner = await api.owner()
    const { key: good } = await api.issueKey(owner)
    for (const row of rows.filter(([table]) => table === 'api_keys')) {
      const { id, key } = await api.issueKey(owner, { scopes: ['widget:token'] })
      await overwrite(api, row, id)
      const token = await api.serviceToken()
      const [asked, ...others] = await Promise.all([
        verify(api, token, key),
        ...[1, 2, 3].map(() => verify(api, token, good)),
      ])
      expectError(asked!, 503, 'UNAVAILABLE')
      for (const other of others) expect(other.body).toMatchObject({ code: 'VALID' })
      const check = api.request.get('/api/auth/check').set('X-Service-Token', token)
      expectError(await check.set('X-API-Key', key), 503, 'UNAVAILABLE')
      const widget = api.request.post('/api/widget/token').set('Authorization', `Bearer ${key}`)
      expectError(await widget.send({ agentId: crypto.randomUUID() }), 503, 'UNAVAILABLE')
      const { agent } = owner
      expectError(await agent.get(`/api/keys/${id}`), 503, 'UNAVAILABLE')
      expectError(await agent.patch(`/api/keys/${id}`).send({ label: 'x' }), 503, 'UNAVAILABLE')
      const whoami = api.request.get('/api/whoami').set('Authorization', `Bearer ${key}`)
      expectError(await whoami, 503, 'UNAVAILABLE')
    }
    expect(api.logs.join('')).toMatch(/cannot be read/)
  })

  test('a service token whose row cannot be read is a 503', async () => {
    const api = await testApi({ dialect })
    const { key } = await api.issueKey(await api.owner())
    for (const row of rows.filter(([table]) => table === 'service_tokens')) {
      const token = await api.serviceToken()
      const { id } = await api.ctx.db
        .selectFrom('service_tokens')
        .select('id')
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow()
      await overwrite(api, row, id)
      expectError(await verify(api, token, key), 503, 'UNAVAILABLE')
    }
  })
})

onEachDatabase((open) => {
  test('a session, a role, a subscription or an agent that cannot be read is a 503', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const token = await api.serviceToken()
    const agentId = crypto.randomUUID()
    await api.request
      .put(`/api/internal/agents/${agentId}`)
      .set('Authorization', `Bearer ${token}`)
      .send({ name: 'Agent', active: true })
      .expect(200)
    const mint = () =>
      api.request.post('/api/widget/token').set('Authorization', `Bearer ${key}`).send({ agentId })
    const { accessToken } = (await mint().expect(200)).body as { accessToken: string }
    const consume = () =>
      api.request
        .post('/api/internal/calls/consume')
        .set('Authorization', `Bearer ${token}`)
        .send({ accessToken })
    for (const row of [
      ['agents', 'active', 2],
      ['agents', 'allowed_origins', '{}'],
      ['organizations', 'subscription', 'perhaps'],
    ] as Row[]) {
      const restore = await overwrite(api, row)
      expectError(await mint(), 503, 'UNAVAILABLE')
      expectError(await consume(), 503, 'UNAVAILABLE')
      await restore()
    }
    await consume().expect(200)

    const isSqlite = api.ctx.database.dialect === 'sqlite'
    const list = () => owner.agent.get('/api/keys')
    const session = () => owner.agent.get('/api/session/get-session')
    const restore = await overwrite(api, ['members', 'role', 'Owner'])
    expectError(await list(), 503, 'UNAVAILABLE')
    await restore()
    await list().expect(200)
    await overwrite(api, ['sessions', 'expires_at', isSqlite ? 'soon' : 'infinity'])
    expectError(await list(), 503, 'UNAVAILABLE')
    expectError(await session(), 503, 'UNAVAILABLE')
  })
})

function verify(api: TestApi, token: string, key: string) {
  return api.request.post('/api/auth/verify').set('Authorization', `Bearer ${token}`).send({ key })
}

/** Writes a value past the service. @returns a function that restores the old one */
async function overwrite(
  { ctx }: TestApi,
  [table, column, value]: Row,
  id?: string,
): Promise<() => Promise<unknown>> {
  const [name, field] = [sql.table(table), sql.ref(column)]
  const where = id === undefined ? sql`` : sql`where id = ${id}`
  const { rows } = await sql<{
    was: unknown
  }>`select ${field} as was from ${name} ${where}`.execute(ctx.db)
  const { was } = rows[0]!
  await sql`update ${name} set ${field} = ${value} ${where}`.execute(ctx.db)
  return () => sql`update ${name} set ${field} = ${was}`.execute(ctx.db)
}
