import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { expectError, onEachDatabase, type TestApi } from '../../../../scripts/testkit/api/kit.ts'
import { KEY, keyOf, make, prepare } from '../../../../scripts/testkit/api/make-once.ts'
import { mixKey, unseal } from '../../crypto/sealing.ts'
import { startSweeping } from '../../boot/start-sweeping.ts'
import { connect } from '../../store/copy/postgres-snapshot.ts'
import { eraseResults } from './once.ts'
import { sqlitePathOf } from '../../../../scripts/testkit/api/database-place.ts'

onEachDatabase((open) => {
  test('neither the secret nor the Idempotency-Key is in the database, its files or the log', async () => {
    const { api, owner } = await prepare(open)
    const first = await make(owner)
    await make(owner)
    await make(owner, { body: { label: 'Other' } })
    const { key, label } = keyOf(first)
    const stored = await everythingStored(api)
    expect(stored).toContain(label) // so the secret would be in this text too
    for (const secret of [key, key.slice('nas_'.length), KEY]) {
      const spellings = [secret, Buffer.from(secret).toString('hex')]
      for (const text of [...spellings, Buffer.from(secret).toString('base64').slice(0, -4)])
        expect(stored.includes(text), text).toBe(false)
      expect(api.logs.join('')).not.toContain(secret)
    }
  })

  test('an Idempotency-Key is redacted when headers are logged', async () => {
    const { ctx, logs } = await open()
    const headers = { 'idempotency-key': KEY }
    ctx.log.info({ headers, ...headers }, 'request')
    expect(logs.at(-1)).toContain('"idempotency-key":"[redacted]"')
    expect(logs.at(-1)).not.toContain(KEY)
  })

  test('a sealed answer opens only in its own row; elsewhere the answer is a 500', async () => {
    const { api, owner } = await prepare(open)
    const first = await make(owner)
    const thief = await api.member(owner.organizationId, 'member')
    await make(thief)
    const rows = await resultsOf(api)
    for (const [index, { hash }] of rows.entries())
      await api.ctx.db
        .updateTable('idempotent_results')
        .set({ sealed_result: rows[1 - index]!.sealed_result })
        .where('hash', '=', hash)
        .execute()
    const answer = await make(thief)
    expectError(answer, 500, 'INTERNAL')
    expect(answer.text).not.toContain(keyOf(first).key)
  })

  test('opening a sealed answer needs the Idempotency-Key besides AUTH_SECRET', async () => {
    const { api, owner } = await prepare(open)
    const first = await make(owner)
    const [row] = await resultsOf(api)
    const opened = (header: string) => {
      const key = mixKey(api.ctx.keyFor('idempotent-results'), header)
      return unseal(key, row!.sealed_result!, row!.hash.toString('hex'))?.toString()
    }
    expect(opened(KEY)).toBe(first.text)
    expect(opened(`${KEY}0`)).toBeUndefined()
  })

  test('a sealed answer is erased after 10 minutes, not before', async () => {
    const { api, owner } = await prepare(open)
    await make(owner)
    api.clock.advance(300)
    await make(owner, { header: `${KEY}0` })
    api.clock.advance(299)
    await eraseResults(api.ctx)
    expect(await resultsOf(api)).toHaveLength(2)
    api.clock.advance(1)
    await eraseResults(api.ctx)
    expect(await resultsOf(api)).toHaveLength(1)
    api.clock.advance(300)
    await eraseResults(api.ctx)
    expect(await resultsOf(api)).toEqual([])
  })

  test('at its start the service erases answers that expired meanwhile', async () => {
    const { api, owner } = await prepare(open)
    await make(owner)
    api.clock.advance(600)
    await startSweeping(api.ctx)()
    expect(await resultsOf(api)).toEqual([])
  })
})

function resultsOf({ ctx }: TestApi) {
  return ctx.db.selectFrom('idempotent_results').select(['hash', 'sealed_result']).execute()
}

/** Every value of every table, and on SQLite every byte of every file too. */
async function everythingStored(api: TestApi): Promise<string> {
  const { ctx } = api
  const { database } = ctx.config
  // Whole numbers as large as hashes are read by a copy's connection alone.
  const copying = database.dialect === 'postgres' ? await connect(database.url) : undefined
  const texts: string[] = []
  for (const { name } of await ctx.db.introspection.getTables()) {
    const { rows } = copying
      ? await copying.query<Record<string, unknown>>(`select * from ${name}`)
      : await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(ctx.db)
    for (const value of rows.flatMap((row) => Object.values(row)))
      texts.push(Buffer.isBuffer(value) ? value.toString('latin1') : String(value))
  }
  await copying?.end()
  if (database.dialect === 'sqlite') {
    const folder = dirname(sqlitePathOf(api))
    for (const file of readdirSync(folder))
      if (!file.endsWith('.lock')) texts.push(readFileSync(join(folder, file)).toString('latin1'))
  }
  return texts.join('\n')
}
