import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { expect, inject, onTestFinished, test } from 'vitest'
import {
  expectError,
  onEachDatabase,
  testApi,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'
import { createDatabase } from '../../../../scripts/testkit/processes/postgres.ts'
import { mintedToken, prepare } from '../../../../scripts/testkit/api/widget.ts'
import type { Context } from '../../features/context.ts'
import { isMarked } from '../../features/leases/lease-mark.ts'
import { makeResetLink } from '../../features/people/passwords/make-reset-link.ts'
import { systemPrincipal } from '../../features/principals.ts'
import { openCopy } from '../copy/copy-file.ts'
import type { CopyPurpose } from './adopt-copy.ts'
import { loadPostgres } from '../copy/load-postgres.ts'
import { openPostgresSnapshot } from '../copy/postgres-snapshot.ts'
import type { JobControl } from '../copy/job-control.ts'
import { putCopy } from '../copy/put-copy.ts'
import { statementsOfRestore } from './restoring.ts'
import { openServiceSnapshot } from '../copy/sqlite-snapshot.ts'
import { writeCopy } from '../copy/write-copy.ts'

const control: JobControl = { progress: () => undefined, signal: new AbortController().signal }

/** Copies the database of a service, and starts another on the copy. */
async function copied({ ctx }: TestApi, purpose: CopyPurpose): Promise<TestApi> {
  const file = await copyOf(ctx, purpose)
  if (ctx.database.dialect === 'sqlite') return startedOn(file)
  const name = `restoring_${randomUUID().replaceAll('-', '')}`
  const url = await createDatabase(inject('postgresUrl'), name)
  const { snapshot } = await openCopy(file, control)
  const statements = purpose === 'backup' ? statementsOfRestore() : []
  await loadPostgres(snapshot, url, control, statements).finally(() => snapshot.close())
  return testApi({ env: { DATABASE_URL: url } })
}

async function movedToFile(ctx: Context): Promise<TestApi> {
  return startedOn(await copyOf(ctx, 'move'))
}

async function copyOf(ctx: Context, purpose: CopyPurpose): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'restoring-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const { database } = ctx.config
  const source =
    database.dialect === 'sqlite'
      ? openServiceSnapshot(database.path)
      : await openPostgresSnapshot(database.url, false)
  const path = join(dir, 'copy.db')
  const target = { path, purpose, mayReplace: false, madeAt: ctx.now() }
  await writeCopy(source, target, control).finally(() => source.close())
  return path
}

async function startedOn(copy: string): Promise<TestApi> {
  const path = join(dirname(copy), 'keys.db')
  await putCopy(copy, path, { mayReplace: false, control })
  return testApi({ env: { DATABASE_URL: `file:${path}` } })
}

onEachDatabase((open) => {
  test('a restore brings back no session, link, result or widget token; a move all', async () => {
    const api = await open()
    const { owner, mint, service } = await prepare(api)
    const issue = (to: TestApi) =>
      to.request
        .post('/api/keys')
        .set({ 'Idempotency-Key': '0123456789abcdef', 'X-Organization-Id': owner.organizationId })
        .set(service)
        .send({ label: 'Once' })
    const { body: first } = await issue(api)
    const token = await mintedToken(mint)
    await makeResetLink(api.ctx, systemPrincipal, owner.email)
    const session = (to: TestApi) => to.request.get('/api/keys').set('Cookie', owner.cookie)
    const consume = (to: TestApi) =>
      to.request.post('/api/internal/calls/consume').set(service).send({ accessToken: token })

    const moved = await copied(api, 'move')
    await session(moved).expect(200)
    await consume(moved).expect(200)
    expect((await issue(moved).expect(201)).body).toEqual(first)

    const restored = await copied(api, 'backup')
    expectError(await session(restored), 401, 'UNAUTHORIZED')
    expectError(await consume(restored), 401, 'UNAUTHORIZED')
    expect((await issue(restored).expect(201)).body.id).not.toBe(first.id)
    expect(await restored.verify(first.key)).toMatchObject({ code: 'VALID' })
    const links = await restored.ctx.db.selectFrom('verifications').select('id').execute()
    expect(links).toEqual([])
  })

  test('a move to a file takes along that nodes of before may have granted leases', async () => {
    const { ctx } = await open()
    const row = { node: 'stopped', beat: 1, confirmed: 1, behind: null, beaten_at: ctx.now() }
    await ctx.db.insertInto('lease_nodes').values(row).execute()
    const { db } = (await movedToFile(ctx)).ctx
    expect(await isMarked(db)).toBe(true)
    expect(await db.selectFrom('lease_nodes').select('node').execute()).toEqual([])
  })
})
