import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, inject, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/store/open-database.ts'
import { limitReasons, settings } from '../../src/store/postgres/settings.ts'
import { testApi, type TestApi } from '../../../scripts/testkit/api/kit.ts'
import { newDatabase } from '../../../scripts/testkit/api/new-database.ts'
import { createDatabase, openSession } from '../../../scripts/testkit/processes/postgres.ts'
import { hostileDatabases } from '../../../scripts/testkit/surroundings/hostile-postgres.ts'
import { liveALife, type Place } from '../../../scripts/testkit/surroundings/live-a-life.ts'

test.each(hostileDatabases.filter(({ refused, isPart }) => !refused && !isPart))(
  'with $name, everything is answered as ever',
  async ({ statements }) => {
    const databaseUrl = await hostile(statements)
    const api = await testApi({ dialect: 'postgres', databaseUrl })
    await liveALife(await placeOf(api))
  },
)

test('a life in which a revocation is lost does not go unnoticed', async () => {
  const databaseUrl = await hostile([
    `create function lose() returns trigger language plpgsql as
     $$ begin new.revoked_at = null; return new; end $$`,
    'create trigger lose before update on api_keys for each row execute function lose()',
  ])
  const api = await testApi({ dialect: 'postgres', databaseUrl })
  await expect(liveALife(await placeOf(api))).rejects.toThrow(/VALID[^]*REVOKED/)
})

test.each(hostileDatabases.filter(({ refused }) => refused))(
  'with $name, the start is refused in one line',
  async ({ statements, refused }) => {
    const opening = openDatabase(
      { dialect: 'postgres', url: await hostile(statements) },
      { as: 'service' },
    )
    await expect(opening).rejects.toThrow(refused!)
    await expect(opening).rejects.toThrow(/^[^\n]+$/)
  },
)

test.each(['LATIN1', 'SQL_ASCII', 'EUC_KR'])(
  'a database in %s is refused in one line',
  async (encoding) => {
    const name = `test_${randomUUID().replaceAll('-', '')}`
    const url = await createDatabase(
      inject('postgresUrl'),
      name,
      `template0 encoding '${encoding}'`,
    )
    const opening = openDatabase({ dialect: 'postgres', url }, { as: 'service' })
    await expect(opening).rejects.toThrow(
      new RegExp(`^[^\\n]*server_encoding = ${encoding}[^\\n]*$`),
    )
  },
)

test('tables in a schema that DATABASE_URL names are used', async () => {
  const statements = ['drop schema public cascade', 'create schema elsewhere']
  const databaseUrl = `${await hostile(statements)}?options=-c%20search_path%3Delsewhere`
  const api = await testApi({ dialect: 'postgres', databaseUrl })
  await liveALife(await placeOf(api))
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from elsewhere.api_keys`.execute(api.ctx.db)
  expect(rows[0]!.count).toBeGreaterThan(0)
})

test('every setting that a client sees was decided', async () => {
  const { ctx } = await testApi({ dialect: 'postgres' })
  const { rows } = await sql<{ name: string }>`
    select name from pg_settings
    where context in ('user', 'superuser')
      and (category like 'Client Connection Defaults%' or category like 'Version and Platform%')
  `.execute(ctx.db)
  const decided = new Set([...settings.map(({ name }) => name), ...Object.keys(limitReasons)])
  expect(rows.map(({ name }) => name).filter((name) => !decided.has(name))).toEqual([])
})

/** A migrated database that something was done to. */
async function hostile(statements: string[]): Promise<string> {
  const url = await newDatabase('postgres')
  const name = new URL(url).pathname.slice(1)
  const session = await openSession(url)
  onTestFinished(() => session.end())
  for (const statement of statements) await session.query(statement.replaceAll('NAME', name))
  return url
}

async function placeOf(api: TestApi): Promise<Place> {
  return {
    address: api.address,
    serviceToken: await api.serviceToken(),
    pass: async (seconds) => api.clock.advance(seconds),
    nowMs: api.clock.nowMs,
  }
}
