import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createDatabase } from '../../../scripts/testkit/processes/postgres.ts'
import { openDatabase } from './open-database.ts'

test.each([
  ['off', 'on'],
  ['remote_apply', 'remote_apply'],
])(
  'where PostgreSQL is told to commit %s, a commit waits for its disk at least: %s',
  async (set, is) => {
    const name = `test_${randomUUID().replaceAll('-', '')}`
    const url = await createDatabase(inject('postgresUrl'), name)
    const place = { dialect: 'postgres', url } as const
    const first = await openDatabase(place, { as: 'command' })
    await sql.raw(`alter database ${name} set synchronous_commit = ${set}`).execute(first.db)
    await first.close()
    const database = await openDatabase(place, { as: 'service' })
    onTestFinished(() => database.close())
    // On every connection, not only on the first.
    const settings = await Promise.all(
      Array.from({ length: 3 }, () =>
        sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(database.db),
      ),
    )
    expect(settings.map(({ rows }) => rows[0]!.synchronous_commit)).toEqual([is, is, is])
  },
)
