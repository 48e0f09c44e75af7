import supertest from 'supertest'
import { onTestFinished } from 'vitest'
import { buildApp } from '../src/boot/app.ts'
import type { Context } from '../src/features/context.ts'
import { makeContext, type SharedByThreads } from '../src/features/make-context.ts'
import { readinessOf } from '../src/boot/readiness.ts'
import { openDatabase } from '../src/store/open-database.ts'
import type { TestApi } from '../../scripts/testkit/api/kit.ts'
import { PATIENCE_MS } from '../../scripts/testkit/api/patience.ts'

type Request = ReturnType<typeof supertest>

/** A second service on the same database, which remembers nothing of the first. */
export async function secondNode(first: TestApi): Promise<Request> {
  return (await nodeBeside(first)).request
}

/** The same, with its context. */
export async function nodeBeside(
  { ctx: first, clock }: TestApi,
  redis?: SharedByThreads['redis'],
): Promise<{ ctx: Context; request: Request; address: string }> {
  const database = await openDatabase(first.config.database, { as: 'command' })
  const ctx = await makeContext(first.config, database, first.log, clock.nowMs, { redis })
  const app = await buildApp(ctx, {
    readiness: readinessOf(ctx),
    webRoot: '/nonexistent',
    patienceMs: PATIENCE_MS,
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    await ctx.leases.close()
    await ctx.usage.close()
    await database.close()
  })
  return { ctx, request: supertest(address), address }
}
