import { statSync, symlinkSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { onEachDatabase, testApi } from '../../../scripts/testkit/api/kit.ts'
import { newFile } from '../../../scripts/testkit/api/new-database.ts'
import { slowness } from '../../../scripts/testkit/api/slowness.ts'
import { inTransaction } from '../features/audit/in-transaction.ts'
import { openDatabase } from './open-database.ts'
import { sqlitePathOf } from '../../../scripts/testkit/api/database-place.ts'

onEachDatabase((open) => {
  test('a transaction keeps all of its changes, or none', async () => {
    const { ctx } = await open()
    const failing = inTransaction(ctx, async (tx) => {
      await tx.db.insertInto('deployment').values({ name: 'half', value: 'made' }).execute()
      throw new Error('half-way')
    })
    await expect(failing).rejects.toThrow('half-way')
    const rows = await ctx.db
      .selectFrom('deployment')
      .select('name')
      .where('name', '=', 'half')
      .execute()
    expect(rows).toEqual([])
  })

  test('committed reads do not see a transaction that is still open', async () => {
    const { ctx } = await open()
    const count = () =>
      ctx.committed.selectFrom('deployment').select('value').where('name', '=', 'open').execute()
    await inTransaction(ctx, async (tx) => {
      await tx.db.insertInto('deployment').values({ name: 'open', value: 'x' }).execute()
      expect(await count()).toEqual([])
    })
    expect(await count()).toEqual([{ value: 'x' }])
  })

  test('times are ISO 8601 in UTC with milliseconds on the way out', async () => {
    const api = await open()
    await api.owner()
    const { created_at: createdAt } = await api.ctx.db
      .selectFrom('organizations')
      .select('created_at')
      .executeTakeFirstOrThrow()
    expect(createdAt).toBe(api.clock.now())
  })

  test('a database that a newer version made is refused in one line', async () => {
    const { ctx } = await open()
    const { db } = ctx
    await sql`insert into kysely_migration (name, timestamp) values ('999-future', '2099')`.execute(
      db,
    )
    const opening = openDatabase(ctx.config.database, { as: 'command' })
    await expect(opening).rejects.toThrow(
      /^The database was made by a newer version.*999-future\)$/,
    )
  })

  test('opening twice migrates once', async () => {
    const { ctx } = await open()
    const again = await openDatabase(ctx.config.database, { as: 'command' })
    await again.close()
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(ctx.db)
    expect(rows.map((row) => row.name)).toEqual([
      '001-people',
      '002-keys',
      '003-calls',
      '004-idempotency',
      '005-audit',
      '006-shared-budgets',
      '007-people-limits',
      '008-verdict-changes',
      '009-lease-nodes',
      '010-policy-and-scopes',
      '011-callers',
      '012-portal-sessions',
      '013-webhooks',
      '014-second-factor-required',
      '015-lease-organizations',
      '016-expiry-notices',
      '017-last-seen',
      '018-event-traces',
    ])
  })
})

test('the files are for their owner alone', async () => {
  const api = await testApi({ databaseUrl: `file:${newFile()}` })
  const path = sqlitePathOf(api)
  for (const file of [path, api.ctx.database.usagePath!])
    expect((statSync(file).mode % 0o1000).toString(8)).toBe('600')
})

test('a SQLite file has one owner, by whatever link it is reached', async () => {
  const path = sqlitePathOf(await testApi({ dialect: 'sqlite' }))
  symlinkSync(path, `${path}-link`)
  const opening = openDatabase({ dialect: 'sqlite', path: `${path}-link` }, { as: 'service' })
  await expect(opening).rejects.toThrow('Another service is running')
})

test('while another process writes, reads go on and a write waits its turn', async () => {
  const { ctx } = await testApi({ dialect: 'sqlite' })
  const beside = await openDatabase(ctx.config.database, { as: 'command' })
  let isWritten = false
  let write: Promise<unknown> = Promise.resolve()
  await beside.db.transaction().execute(async (tx) => {
    await tx.insertInto('deployment').values({ name: 'theirs', value: '' }).execute()
    write = ctx.db
      .insertInto('deployment')
      .values({ name: 'ours', value: '' })
      .execute()
      .then(() => (isWritten = true))
    const startedAt = performance.now()
    await ctx.committed.selectFrom('deployment').select('name').execute()
    expect(performance.now() - startedAt).toBeLessThan(1000 * slowness())
    expect(isWritten).toBe(false)
  })
  await write
  expect(isWritten).toBe(true)
  await beside.close()
})

test('a SQLite file has one owner; commands work beside it', async () => {
  const { ctx } = await testApi({ dialect: 'sqlite' })
  const { database } = ctx.config
  await expect(openDatabase(database, { as: 'service' })).rejects.toThrow(
    'Another service is running',
  )
  const beside = await openDatabase(database, { as: 'command' })
  await beside.close()
})
