import type pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import { sql } from 'kysely'
import { beginLease, beginLeaseAt, playInTime } from '../../../scripts/testkit/api/lease.ts'
import { slowness } from '../../../scripts/testkit/api/slowness.ts'
import { leasesBeside } from '../../src/features/leases/leases-beside.ts'
import type { Context } from '../../src/features/context.ts'
import { openSession } from '../../../scripts/testkit/processes/postgres.ts'
import { nodeBeside } from '../second-node.ts'
import { threeNodes } from './three-nodes.ts'

async function withKeys(count: number) {
  const nodes = await threeNodes()
  const owner = await nodes.api.owner()
  const issue = (many: number) =>
    Promise.all(Array.from({ length: many }, () => nodes.api.issueKey(owner)))
  const keys = await issue(count)
  const revokeAt = async (at: number, id: string) => {
    const startedAt = performance.now()
    await nodes.requestOf(at).delete(`/api/keys/${id}`).set('Cookie', owner.cookie).expect(204)
    return performance.now() - startedAt
  }
  return { ...nodes, issue, keys, revokeAt }
}

const rowsIn = ({ db }: Context) => db.selectFrom('lease_nodes').select('node').execute()

/** A row as of a node that is not there: nothing moves it but the test. */
async function putNode({ db }: Context, confirmed: number): Promise<void> {
  const row = { node: 'ghost', beat: 1, confirmed, beaten_at: sql<string>`clock_timestamp()` }
  await db.insertInto('lease_nodes').values(row).execute()
}

function moveNode(db: Context['db'], change: { confirmed?: number } = {}) {
  return db
    .updateTable('lease_nodes')
    .set((eb) => ({ beat: eb('beat', '+', 1), ...change }))
    .where('node', '=', 'ghost')
    .execute()
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}

test('a change at any node waits for the verifiers of the others', async () => {
  const { api, issue, revokeAt } = await withKeys(0)
  let keys: { id: string }[] = []
  const begin = async () => {
    keys = await issue(3)
    return beginLease(api)
  }
  await playInTime(begin, async (verifier) => {
    const { ranOut } = api.ctx.metrics.leases
    expect(verifier.last.leaseMs).toBeGreaterThan(1500)
    const seen = new Set<string>()
    const unseen: string[] = []
    let answered = 0
    const revoked = keys.map(async ({ id }, at) => {
      await revokeAt(at, id)
      answered++
      if (!seen.has(id)) unseen.push(id)
    })
    while (answered < keys.length)
      for (const { keyId } of (await verifier.poll()).changes) seen.add(keyId)
    await Promise.all(revoked)
    expect(unseen).toEqual([])
    expect(api.ctx.metrics.leases.ranOut).toBe(ranOut)
  })
})

test('a verifier that does not confirm holds up a change at another node, until its lease is over', async () => {
  const { api, keys, revokeAt } = await withKeys(2)
  const startedAt = performance.now()
  await beginLease(api)
  await revokeAt(1, keys[0]!.id)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
  expect(await revokeAt(2, keys[1]!.id)).toBeLessThan(LEASE_WAIT_MS * slowness())
})

test('a node whose beat stands still is waited for once, and forgotten', async () => {
  const { api, keys, revokeAt } = await withKeys(2)
  await putNode(api.ctx, 0)
  expect(await revokeAt(1, keys[0]!.id)).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
  expect(await rowsIn(api.ctx)).toEqual([])
  expect(await revokeAt(2, keys[1]!.id)).toBeLessThan(LEASE_WAIT_MS * slowness())
})

test('a node that beats is waited for until its verifiers have confirmed', async () => {
  const { api, keys, revokeAt } = await withKeys(1)
  const { db, lookups } = api.ctx
  await putNode(api.ctx, 0)
  let isAnswered = false
  const startedAt = performance.now()
  const revoked = revokeAt(1, keys[0]!.id).finally(() => (isAnswered = true))
  while (performance.now() - startedAt < 2 * LEASE_WAIT_MS) await moveNode(db)
  expect(isAnswered).toBe(false)
  await moveNode(db, { confirmed: await lookups.headOfChanges() })
  await revoked
})

test('a beat that is under way when a node would be given up keeps it there', async () => {
  const { api, keys, revokeAt } = await withKeys(1)
  const { db } = api.ctx
  await putNode(api.ctx, 0)
  let beatenAt = Infinity
  let revoked: Promise<unknown> = Promise.resolve()
  await db.transaction().execute(async (tx) => {
    await moveNode(tx)
    revoked = revokeAt(1, keys[0]!.id)
    await until(async () => {
      const { rows } = await sql`
        select 1 from pg_stat_activity
        where wait_event_type = 'Lock' and query like 'delete from "lease_nodes"%'`.execute(db)
      return rows.length > 0
    })
    beatenAt = performance.now()
  })
  await revoked
  expect(performance.now() - beatenAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
})

test('a node leaves when its verifiers have left', async () => {
  const { api } = await withKeys(0)
  const verifier = await beginLease(api)
  expect(await rowsIn(api.ctx)).toHaveLength(1)
  await verifier.poll({ bye: true })
  await until(async () => (await rowsIn(api.ctx)).length === 0)
  expect((await beginLease(api)).last.leaseMs).toBeGreaterThan(1500)
})

test('a command waits for the verifiers of all nodes', async () => {
  const { api, keys } = await withKeys(1)
  const startedAt = performance.now()
  await beginLease(api)
  const { database, db } = api.ctx
  await db.updateTable('api_keys').set({ label: 'x' }).where('id', '=', keys[0]!.id).execute()
  await leasesBeside(database).settle(null)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
})

test('a version that knows no leases changes nothing while there are some; SQL by hand does', async () => {
  const { api, keys } = await withKeys(1)
  const { database } = api.ctx.config
  const connect = async () => {
    const session = await openSession(database.dialect === 'postgres' ? database.url : '')
    onTestFinished(() => session.end())
    return session
  }
  const byHand = await connect()
  const old = await connect()
  await old.query("set idle_in_transaction_session_timeout = '5s'")
  const change = (client: pg.Client, label: string) =>
    client.query('update api_keys set label = $1 where id = $2', [label, keys[0]!.id])
  await change(old, 'Before')
  const verifier = await beginLease(api)
  await expect(change(old, 'Meanwhile')).rejects.toMatchObject({ code: '57P03' })
  await change(byHand, 'By hand')
  const { changes } = await verifier.poll()
  expect(changes).toMatchObject([{ keyId: keys[0]!.id }])
})

test('after an upgrade, leases begin when the nodes of the version before have had time to end', async () => {
  const { api } = await withKeys(0)
  const { db, config } = api.ctx
  const isLeased = async () => {
    const { address } = await nodeBeside(api)
    const token = await api.serviceToken()
    return (await beginLeaseAt(address, token)).last.leaseMs > 0
  }
  expect(config.database.dialect).toBe('postgres')
  expect(await isLeased()).toBe(true)
  const since = (ms: number) => new Date(Date.now() - ms).toISOString()
  await sql`update kysely_migration set timestamp = ${since(900_000)}`.execute(db)
  await sql`update kysely_migration set timestamp = ${since(0)} where name >= '009-lease-nodes'`.execute(
    db,
  )
  expect(await isLeased()).toBe(false)
})
