import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import supertest, { type Agent } from 'supertest'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import { serviceScopes, type Role, type ServiceScope } from '@zentrix/shared/scopes.ts'
import { buildApp } from '../../../server/src/boot/app.ts'
import { readConfig } from '../../../server/src/config/config.ts'
import type { Context } from '../../../server/src/features/context.ts'
import { makeId } from '../../../server/src/crypto/ids.ts'
import { issuePlatformToken } from '../../../server/src/features/service-tokens/issue-platform-token.ts'
import { addMember } from '../../../server/src/features/people/members/add-member.ts'
import { makeLogger } from '../../../server/src/lib/log/log.ts'
import { makeContext, type SharedByThreads } from '../../../server/src/features/make-context.ts'
import { systemPrincipal } from '../../../server/src/features/principals.ts'
import { readinessOf } from '../../../server/src/boot/readiness.ts'
import type { Readiness } from '../../../server/src/http/server/readiness.ts'
import { inTransaction } from '../../../server/src/features/audit/in-transaction.ts'
import { openDatabase } from '../../../server/src/store/open-database.ts'
import { watchSecrets } from '../secrets/watch-secrets.ts'
import { newDatabase } from './new-database.ts'
import { insertAccount, insertSession } from './people.ts'
import { testQueue } from './passwords.ts'
import { PATIENCE_MS } from './patience.ts'
import type { DialectName } from '../../../server/src/store/schema/dialect.ts'

export const PUBLIC_URL = 'http://localhost:3000'
export { PASSWORD } from './people.ts'

const hasPostgres = inject('postgresUrl') !== ''

/** Runs the same tests on SQLite and on a real PostgreSQL, unless the run is a quick one. */
export function onEachDatabase(define: (open: (settings?: Settings) => Promise<TestApi>) => void) {
  describe.each<DialectName>(hasPostgres ? ['sqlite', 'postgres'] : ['sqlite'])(
    'on %s',
    (dialect) => define((settings) => testApi({ dialect, ...settings })),
  )
}

/** A test on PostgreSQL alone. */
export const testOnPostgres = test.skipIf(!hasPostgres)

export type Settings = {
  dialect?: DialectName
  /** By default a new one. */
  databaseUrl?: string
  /** Environment variables of the service. */
  env?: Record<string, string>
  /** Where it counts budgets, with the other nodes. */
  redis?: SharedByThreads['redis']
  /** Its queue for keys of passwords; by default one that derives them as in production. */
  derivePasswordKey?: SharedByThreads['derivePasswordKey']
  /** A folder with a portal to serve. */
  webRoot?: string
  /** Whether threads write and read its SQLite files, as in production; they take long to start. */
  inThreads?: boolean
}

export type Person = {
  agent: Agent
  /** The Cookie header that the agent sends. */
  cookie: string
  id: string
  email: string
  organizationId: string
}

export type TestApi = {
  ctx: Context
  app: FastifyInstance
  readiness: Readiness
  /** Where it listens, such as `http://127.0.0.1:49152`. */
  address: string
  /** Every line logged so far. */
  logs: string[]
  clock: Clock
  /** A client without any credential. */
  request: Agent
  /** Makes a person with an organization of their own, signed in. */
  owner(): Promise<Person>
  /** Makes a person with a role in that organization, signed in. */
  member(organizationId: string, role: Role): Promise<Person>
  serviceToken(options?: {
    scopes?: readonly ServiceScope[]
    organizationIds?: string[]
    expiresAt?: string
  }): Promise<string>
  issueKey(person: Person, input?: Record<string, unknown>): Promise<IssuedKey>
  /** The answer of POST /api/auth/verify. */
  verify(key: string, question?: Record<string, unknown>): Promise<Record<string, unknown>>
}

/** A clock that stands still until it is moved. */
export type Clock = { now(): string; nowMs(): number; advance(seconds: number): void }

function stoppedClock(): Clock {
  let ms = Date.now()
  return {
    now: () => new Date(ms).toISOString(),
    nowMs: () => ms,
    advance(seconds) {
      ms += seconds * 1000
    },
  }
}

/** A running service on a database of its own, gone when the test has finished. */
export async function testApi({
  dialect = 'sqlite',
  databaseUrl,
  env = {},
  redis,
  derivePasswordKey = testQueue(),
  webRoot = '/nonexistent',
  inThreads = false,
}: Settings = {}): Promise<TestApi> {
  const config = readConfig({
    DATABASE_URL: databaseUrl ?? (await newDatabase(dialect)),
    AUTH_SECRET: 'a-secret-for-tests-only-0123456789abcdef',
    PUBLIC_URL,
    ALLOW_SIGN_UP: 'true',
    LOG_LEVEL: 'info',
    ...env,
  })
  const logs: string[] = []
  const log = makeLogger(config.logLevel, { write: (line) => void logs.push(line) })
  const clock = stoppedClock()
  const database = await openDatabase(config.database, { as: 'service', inThreads })
  const ctx = await makeContext(config, database, log, clock.nowMs, {
    redis,
    derivePasswordKey,
  })
  const readiness = readinessOf(ctx)
  const app = await buildApp(ctx, { readiness, webRoot, patienceMs: PATIENCE_MS })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    await ctx.leases.close()
    await ctx.usage.close()
    await database.close()
  })
  watchSecrets({ app, ctx, logs }) // searches before all of that is closed and deleted
  const request = supertest(address)
  const allScopesToken = lazily(() => newServiceToken(ctx, {}))
  return {
    ctx,
    app,
    readiness,
    address,
    logs,
    clock,
    request: request as unknown as Agent,
    owner: () => newOwner(ctx, address),
    member: (organizationId, role) => newMember(ctx, address, organizationId, role),
    serviceToken: (options = {}) => newServiceToken(ctx, options),
    async issueKey(person, input = {}) {
      const { body } = await person.agent
        .post('/api/keys')
        .send({ label: 'Production server', ...input })
        .expect(201)
      return body as IssuedKey
    },
    async verify(key, question = {}) {
      const { body } = await request
        .post('/api/auth/verify')
        .set('Authorization', `Bearer ${await allScopesToken()}`)
        .send({ key, ...question })
        .expect(200)
      return body as Record<string, unknown>
    },
  }
}

async function newServiceToken(
  ctx: Context,
  {
    scopes = serviceScopes,
    organizationIds,
    expiresAt,
  }: { scopes?: readonly ServiceScope[]; organizationIds?: string[]; expiresAt?: string },
): Promise<string> {
  const made = await issuePlatformToken(ctx, systemPrincipal, {
    name: 'Test service',
    scopes: [...scopes],
    organizationIds: organizationIds ?? null,
    expiresAt: expiresAt ?? null,
  })
  return made!.secret
}

async function newOwner(ctx: Context, address: string): Promise<Person> {
  const now = ctx.now()
  const organizationId = makeId('org', now)
  await ctx.db
    .insertInto('organizations')
    .values({
      id: organizationId,
      name: 'Test organization',
      slug: organizationId,
      logo: null,
      created_at: now,
      metadata: null,
      subscription: 'active',
    })
    .execute()
  return newMember(ctx, address, organizationId, 'owner')
}

async function newMember(
  ctx: Context,
  address: string,
  organizationId: string,
  role: Role,
): Promise<Person> {
  const email = `${randomUUID()}@example.com`
  const account = await insertAccount(ctx, { name: `Max ${role}`, email })
  await inTransaction(ctx, (tx) => addMember(tx, account, organizationId, role, null))
  const { name, value } = await insertSession(ctx, account.id, organizationId)
  const cookie = `${name}=${value}`
  const agent = supertest.agent(address) as unknown as Agent
  agent.set('Cookie', cookie)
  return { agent, cookie, id: account.id, email, organizationId }
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** The form of every refusal (contract, section 2). */
export function expectError(
  response: { status: number; body: unknown; headers: Record<string, string> },
  status: number,
  code: string,
): void {
  expect(response.body).toMatchObject({ code, requestId: response.headers['x-request-id'] })
  expect(response.status).toBe(status)
}
