import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, inject, onTestFinished, test } from 'vitest'
import { readConfig, type Config } from '../../src/config/config.ts'
import type { Context } from '../../src/features/context.ts'
import { addDemoAgent } from '../../src/features/catalog/add-demo-agent.ts'
import { bootstrapServiceToken } from '../../src/features/service-tokens/bootstrap-service-token.ts'
import { bootstrapOwner } from '../../src/features/people/sign-up/bootstrap-owner.ts'
import { loadSigningKeys, WrongAuthSecretError } from '../../src/features/widget/signing-keys.ts'
import { makeLogger } from '../../src/lib/log/log.ts'
import { makeContext } from '../../src/features/make-context.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { createDatabase } from '../../../scripts/testkit/processes/postgres.ts'
import { atOnce } from './three-nodes.ts'

const NODES = 4
const silent = makeLogger('silent', process.stdout)

async function emptyDatabase(): Promise<Config> {
  const name = `starts_${randomUUID().replaceAll('-', '')}`
  return readConfig({
    DATABASE_URL: await createDatabase(inject('postgresUrl'), name, 'template0'),
    AUTH_SECRET: 'a-secret-for-tests-only-0123456789abcdef',
    BOOTSTRAP_EMAIL: 'owner@example.com',
    BOOTSTRAP_PASSWORD: 'correct horse battery staple',
    BOOTSTRAP_SERVICE_TOKEN: 'nassvc_000000000000000000000000004BsKYL',
  })
}

/** The steps of `serve.ts` before it listens. */
async function startNode(config: Config): Promise<Context> {
  const database = await openDatabase(config.database, { as: 'service' })
  onTestFinished(() => database.close())
  const ctx = await makeContext(config, database, silent)
  onTestFinished(() => ctx.usage.close())
  await bootstrapOwner(ctx)
  await bootstrapServiceToken(ctx)
  await addDemoAgent(ctx)
  return ctx
}

test('nodes that start at once on an empty database make everything once', async () => {
  const config = await emptyDatabase()
  const nodes = await atOnce(NODES, () => startNode(config))
  const kids = nodes.map(({ signingKeys }) => signingKeys.all.map(({ kid }) => kid))
  expect(kids).toEqual(Array.from({ length: NODES }, () => [kids[0]![0]]))
  const { db } = nodes[0]!
  for (const table of ['users', 'organizations', 'service_tokens', 'signing_keys', 'agents']) {
    const { rows } = await sql`select 1 from ${sql.table(table)}`.execute(db)
    expect(rows, table).toHaveLength(1)
  }
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
})

test('a node with another AUTH_SECRET does not start, and changes nothing', async () => {
  const config = await emptyDatabase()
  const { signingKeys } = await startNode(config)
  const other = { ...config, authSecret: 'another-secret-for-tests-0123456789abcdef' }
  await expect(startNode(other)).rejects.toThrow(WrongAuthSecretError)
  const ctx = await startNode(config)
  expect((await loadSigningKeys(ctx)).all.map(({ kid }) => kid)).toEqual(
    signingKeys.all.map(({ kid }) => kid),
  )
})
