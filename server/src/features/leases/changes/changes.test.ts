import { sql } from 'kysely'
import { expect, test } from 'vitest'
import {
  onEachDatabase,
  testOnPostgres,
  testApi,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { systemPrincipal } from '../../principals.ts'
import { issuePlatformToken } from '../../service-tokens/issue-platform-token.ts'
import { revokeServiceToken } from '../../service-tokens/revoke-service-token.ts'
import type { Db } from '../../../store/schema/database.ts'
import { deleteOldChanges, prepareHeadRead, readLog } from './changes.store.ts'

const headOf = async ({ ctx }: TestApi) => prepareHeadRead(ctx.database)()

/** The ids that `work` leaves in the log. */
async function logged(api: TestApi, work: () => unknown): Promise<string[]> {
  const before = await headOf(api)
  await work()
  const { after, entries, head } = await readLog(api.ctx.committed, before)
  expect([after, head]).toEqual([before, await headOf(api)])
  return entries.map((entry) => ('keyId' in entry ? entry.keyId : entry.tokenId))
}

function setKey(db: Db, id: string, label: string) {
  return db.updateTable('api_keys').set({ label }).where('id', '=', id).execute()
}

onEachDatabase((open) => {
  test('whatever changes a verdict on a key is logged, with its organization', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const change = (input: object) => () =>
      owner.agent.patch(`/api/keys/${id}`).send(input).expect(200)
    for (const input of [
      { label: 'Other' },
      { environment: 'staging' },
      { scopes: ['widget:token'] },
      { allowedIps: ['203.0.113.7'] },
      { rateLimitPerMinute: 7 },
      { expiresAt: new Date(api.clock.nowMs() + 60_000).toISOString() },
      { enabled: false },
      { enabled: true },
    ])
      expect([input, await logged(api, change(input))]).toEqual([input, [id]])
    const rotate = () =>
      owner.agent.post(`/api/keys/${id}/rotate`).send({ overlapSeconds: 0 }).expect(201)
    const before = await headOf(api)
    expect(await logged(api, rotate)).toEqual([id])
    const { entries } = await readLog(api.ctx.committed, before)
    expect(entries).toMatchObject([{ organizationId: owner.organizationId }])
    const { ctx } = api
    const remove = () => ctx.db.deleteFrom('api_keys').where('id', '=', id).execute()
    expect(await logged(api, remove)).toEqual([id])
  })

  test('nothing else is: a new key, a use, a leak, a change that changes nothing', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    const { ctx } = api
    const quiet = [
      () => api.issueKey(owner),
      () => owner.agent.patch(`/api/keys/${id}`).send({ label: 'Production server' }).expect(200),
      async () => {
        await api.verify(key)
        await ctx.usage.flush()
      },
      () =>
        ctx.db.updateTable('api_keys').set({ leaked_at: ctx.now() }).where('id', '=', id).execute(),
    ]
    for (const work of quiet) expect(await logged(api, work)).toEqual([])
  })

  test('a service token that ends or is narrowed is logged', async () => {
    const api = await open()
    const { ctx } = api
    const make = { name: 'Test', scopes: ['keys:verify' as const], expiresAt: null }
    const { id } = (await issuePlatformToken(ctx, systemPrincipal, {
      ...make,
      organizationIds: null,
    }))!
    const narrow = () =>
      ctx.db
        .updateTable('service_tokens')
        .set({ organization_ids: '[]' })
        .where('id', '=', id)
        .execute()
    const before = await headOf(api)
    expect(await logged(api, narrow)).toEqual([id])
    const revoke = () => revokeServiceToken(ctx, systemPrincipal, id)
    expect(await logged(api, revoke)).toEqual([id])
    expect(await logged(api, revoke)).toEqual([])
    const { entries } = await readLog(ctx.committed, before)
    expect(entries).toMatchObject([
      { hasOtherOrganizations: true },
      { hasOtherOrganizations: false },
    ])
    const remove = () => ctx.db.deleteFrom('service_tokens').where('id', '=', id).execute()
    expect(await logged(api, remove)).toEqual([id])
  })

  test('a change that is undone leaves nothing', async () => {
    const api = await open()
    const { id } = await api.issueKey(await api.owner())
    const undone = () =>
      api.ctx.db
        .transaction()
        .execute(async (tx) => {
          await setKey(tx, id, 'Undone')
          throw new Error('undone')
        })
        .catch(() => undefined)
    expect(await logged(api, undone)).toEqual([])
  })

  test('a reader who is behind what the log keeps is shown no part of it', async () => {
    const api = await open()
    const { ctx } = api
    const { id } = await api.issueKey(await api.owner())
    const before = await headOf(api)
    for (let times = 0; times < 5; times++) await setKey(ctx.db, id, `Label ${times}`)
    const head = await headOf(api)
    const gap = { after: head, entries: [], head }
    while (await deleteOldChanges(ctx.db, 3, 2));
    expect(await readLog(ctx.committed, before)).toEqual(gap)
    expect((await readLog(ctx.committed, head - 2)).entries).toHaveLength(2)
    expect(await readLog(ctx.committed, head + 1)).toEqual({ ...gap, after: head + 1 })
    while (await deleteOldChanges(ctx.db, 0, 2));
    expect(await readLog(ctx.committed, head)).toEqual(gap)
    await setKey(ctx.db, id, 'The last')
    expect(await headOf(api)).toBeGreaterThan(head)
  })
})

test('on SQLite, REPLACE is logged for the key that it takes the place of', async () => {
  const api = await testApi({ dialect: 'sqlite' })
  const { id } = await api.issueKey(await api.owner())
  const columns = await sql<{ name: string }>`select name from pragma_table_info('api_keys')`
    .execute(api.ctx.db)
    .then(({ rows }) => rows.map(({ name }) => name))
  const values = columns.map((name) => (name === 'id' ? `'key_other'` : name)).join(', ')
  const replace = () =>
    sql
      .raw(`replace into api_keys (${columns.join(', ')}) select ${values} from api_keys`)
      .execute(api.ctx.db)
  expect(await logged(api, replace)).toEqual([id])
})

testOnPostgres(
  'numbers are taken at the commit, and hold up no other transaction until then',
  async () => {
    const api = await testApi({ dialect: 'postgres' })
    const owner = await api.owner()
    const first = await api.issueKey(owner)
    const second = await api.issueKey(owner)
    const { db } = api.ctx
    const changes = await logged(api, () =>
      db.transaction().execute(async (tx) => {
        await setKey(tx, first.id, 'Earlier, and committed later')
        await setKey(db, second.id, 'Later, and committed earlier')
      }),
    )
    expect(changes).toEqual([second.id, first.id])
  },
)

testOnPostgres(
  'whoever sees a number sees all before it, however many commit at once',
  async () => {
    const api = await testApi({ dialect: 'postgres' })
    const owner = await api.owner()
    const keys = await Promise.all(Array.from({ length: 8 }, () => api.issueKey(owner)))
    const { db } = api.ctx
    const done = new AbortController()
    const seen = new Set<number>()
    const before = await headOf(api)
    const reading = (async () => {
      let after = before
      while (!done.signal.aborted) {
        const { head, entries } = await readLog(db, after)
        for (const { seq } of entries) seen.add(seq)
        after = head
      }
    })()
    await Promise.all(
      keys.map(async ({ id }) => {
        for (let times = 0; times < 40; times++) await setKey(db, id, `Label ${times}`)
      }),
    )
    done.abort()
    await reading
    const { entries } = await readLog(db, before)
    expect(entries).toHaveLength(keys.length * 40)
    const all = entries.map(({ seq }) => seq).filter((seq) => seq <= Math.max(...seen))
    expect(all.filter((seq) => !seen.has(seq))).toEqual([])
  },
)
