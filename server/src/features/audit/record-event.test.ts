import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { onEachDatabase, testApi, testOnPostgres } from '../../../../scripts/testkit/api/kit.ts'
import { secondNode } from '../../../test/second-node.ts'
import { systemPrincipal } from '../principals.ts'
import { inTransaction } from './in-transaction.ts'
import { recordEvent } from './record-event.ts'
import { verifyLog } from './verify-log.ts'

onEachDatabase((open) => {
  test('events of two concurrent nodes form one sound log, numbered without gaps', async () => {
    const api = await open()
    const other = await secondNode(api)
    const owners = [await api.owner(), await api.owner()]
    const made = await Promise.all(
      Array.from({ length: 40 }, (_, number) =>
        (number % 4 < 2 ? api.request : other)
          .post('/api/keys')
          .set('Cookie', owners[number % 2]!.cookie)
          .send({ label: `Key ${number}` }),
      ),
    )
    expect(made.map(({ status }) => status)).toEqual(Array(40).fill(201))
    const revoked = made.map(({ body }, number) =>
      owners[number % 2]!.agent.delete(`/api/keys/${(body as { id: string }).id}`),
    )
    const reports = await Promise.all([
      ...revoked.map(async (request) => void (await request)),
      verifyLog(api.ctx),
    ])
    expect(reports.at(-1)).toMatchObject({ faults: [] })
    expect(await verifyLog(api.ctx)).toMatchObject({ events: 82, faults: [] })
    const { rows } = await sql<{ events: number; last: number }>`
      select count(*) as events, max(sequence) as last from audit_events
      group by organization_id`.execute(api.ctx.db)
    expect(rows).toEqual([
      { events: 41, last: 41 },
      { events: 41, last: 41 },
    ])
  })

  test('the database itself refuses to change or remove an event', async () => {
    const api = await open()
    await api.owner()
    for (const statement of ["update audit_events set ip = 'x'", 'delete from audit_events'])
      await expect(sql.raw(statement).execute(api.ctx.db)).rejects.toThrow('only ever added to')
    expect((await verifyLog(api.ctx)).faults).toEqual([])
  })

  test('an event is written together with its change, or not at all', async () => {
    const api = await open()
    const failing = inTransaction(api.ctx, async (tx) => {
      await recordEvent(tx, systemPrincipal, { action: 'key.created', organizationId: 'org_a' })
      throw new Error('half-way')
    })
    await expect(failing).rejects.toThrow('half-way')
    expect(await verifyLog(api.ctx)).toMatchObject({ events: 0, faults: [] })
    const outside = recordEvent(api.ctx, systemPrincipal, {
      action: 'key.created',
      organizationId: 'org_a',
    })
    await expect(outside).rejects.toThrow('in the transaction of its change')
  })
})

testOnPostgres('a transaction that has recorded an event delays nobody until it ends', async () => {
  const { ctx } = await testApi({ dialect: 'postgres' })
  const record = (tx: typeof ctx, keyId: string) =>
    recordEvent(tx, systemPrincipal, { action: 'key.created', organizationId: 'org_a', keyId })
  await inTransaction(ctx, async (slow) => {
    await record(slow, 'key_slow')
    await inTransaction(ctx, (quick) => record(quick, 'key_quick'))
  })
  const events = await ctx.db
    .selectFrom('audit_events')
    .select('key_id')
    .orderBy('position')
    .execute()
  expect(events).toEqual([{ key_id: 'key_quick' }, { key_id: 'key_slow' }])
  expect((await verifyLog(ctx)).faults).toEqual([])
})
