import { sql } from 'kysely'
import type pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startProxy } from '../../../../scripts/testkit/processes/proxy.ts'
import { expectError, testApi } from '../../../../scripts/testkit/api/kit.ts'
import { openSession } from '../../../../scripts/testkit/processes/postgres.ts'
import { openDatabase } from '../open-database.ts'
import { beginSnapshot } from '../begin-snapshot.ts'
import { forMigrations, openPool } from './pool.ts'
import { postgresUrlOf } from '../../../../scripts/testkit/api/database-place.ts'

test('a server that refuses writes is no primary, and is not asked about keys', async () => {
  const api = await testApi({ dialect: 'postgres' })
  const { key } = await api.issueKey(await api.owner())
  const token = await api.serviceToken()
  const session = await openSession(postgresUrlOf(api))
  onTestFinished(() => session.end())
  const { rows } = await session.query('select current_database() as name')
  const set = (value: string) =>
    session.query(`alter database ${rows[0].name} set default_transaction_read_only = ${value}`)
  const verify = () =>
    api.request.post('/api/auth/verify').set('Authorization', `Bearer ${token}`).send({ key })
  await set('on')
  await session.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`)
  for (let count = 0; count < 5; count++) expectError(await verify(), 503, 'UNAVAILABLE')
  expectError(await api.request.get('/readyz'), 503, 'UNAVAILABLE')
  await session.query('set default_transaction_read_only = off')
  await set('off')
  await verify().expect(200)
  await vi.waitFor(() => api.request.get('/readyz').expect(200), { timeout: 60_000 })
})

test('a database that takes no connections, or has lost a table, is out of order', async () => {
  const api = await testApi({ dialect: 'postgres' })
  const { key } = await api.issueKey(await api.owner())
  const token = await api.serviceToken()
  const url = new URL(postgresUrlOf(api))
  const name = url.pathname.slice(1)
  const session = await openSession(new URL('/postgres', url).href)
  onTestFinished(() => session.end())
  const verify = () =>
    api.request.post('/api/auth/verify').set('Authorization', `Bearer ${token}`).send({ key })
  const whoami = () => api.request.get('/api/whoami').set('X-API-Key', key)
  await sql`alter table api_keys rename to gone`.execute(api.ctx.db)
  for (const ask of [verify, whoami]) expectError(await ask(), 503, 'UNAVAILABLE')
  await sql`alter table gone rename to api_keys`.execute(api.ctx.db)
  await verify().expect(200)
  await session.query(`alter database ${name} with allow_connections false`)
  await session.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = '${name}'`)
  for (const ask of [verify, whoami, verify, whoami]) expectError(await ask(), 503, 'UNAVAILABLE')
  await session.query(`alter database ${name} with allow_connections true`)
  await vi.waitFor(() => verify().expect(200), { timeout: 60_000 })
})

test('a connection ends when its server begins to refuse writes', async () => {
  const { ctx } = await testApi({ dialect: 'postgres' })
  const answer = ctx.db.connection().execute(async (connection) => {
    await sql`set default_transaction_read_only = on`.execute(connection)
  })
  await expect(answer).rejects.toThrow('refuses writes')
  await sql`select 1`.execute(ctx.db)
})

test('a connection that went silent is not used again', async () => {
  const url = new URL(postgresUrlOf(await testApi({ dialect: 'postgres' })))
  const proxy = await startProxy(Number(url.port))
  url.port = `${proxy.port}`
  const database = await openDatabase({ dialect: 'postgres', url: url.href }, { as: 'command' })
  onTestFinished(async () => {
    await proxy.stop()
    await database.close()
  })
  const ask = () => sql`select 1`.execute(database.db)
  await ask()
  proxy.set('frozen')
  await expect(ask()).rejects.toThrow('timeout')
  proxy.set('open')
  await ask()
})

test('a request’s statement may not take long, a migration’s may', async () => {
  const databaseUrl = postgresUrlOf(await testApi({ dialect: 'postgres' }))
  const timeoutOf = async (pool: pg.Pool) => {
    onTestFinished(() => pool.end())
    const { rows } = await pool.query('show statement_timeout')
    return rows[0].statement_timeout
  }
  expect(await timeoutOf(openPool(databaseUrl))).toBe('3s')
  expect(await timeoutOf(openPool(databaseUrl, forMigrations))).toBe('0')
})

test('a snapshot may be read as slowly as its reader likes', async () => {
  const { ctx } = await testApi({ dialect: 'postgres' })
  const snapshot = await beginSnapshot(ctx.database)
  const { rows } = await sql`select current_setting('idle_in_transaction_session_timeout') as limit`
    .execute(snapshot)
    .finally(() => snapshot.rollback().execute())
  expect(rows).toEqual([{ limit: '0' }])
})
