import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { onEachDatabase, type TestApi } from '../../../../scripts/testkit/api/kit.ts'
import type { Db } from '../../store/schema/database.ts'
import { inTransaction } from './in-transaction.ts'
import { systemPrincipal } from '../principals.ts'
import { readHead } from './chain.ts'
import { recordEvent } from './record-event.ts'
import { verifyLog, verifyNewest } from './verify-log.ts'

const EVENTS = 9

/** Events of two organizations and of none, in turns; the last event is org_b's. */
async function write(api: TestApi, count = EVENTS): Promise<void> {
  for (let number = 0; number < count; number += 1)
    await inTransaction(api.ctx, (tx) =>
      recordEvent(tx, systemPrincipal, {
        action: 'key.created',
        organizationId: [null, 'org_a', 'org_b'][number % 3]!,
        keyId: `key_${number}`,
        changes: { label: `Key ${number}` },
      }),
    )
}

async function headOf({ ctx }: TestApi): Promise<string> {
  const { head, faults } = await verifyLog(ctx)
  expect(faults).toEqual([])
  return head
}

async function dropGuards({ ctx: { db, database } }: Pick<TestApi, 'ctx'>): Promise<void> {
  const guards =
    database.dialect === 'sqlite'
      ? ['drop trigger audit_events_no_update', 'drop trigger audit_events_no_delete']
      : ['alter table audit_events disable trigger audit_events_no_change']
  for (const guard of guards) await sql.raw(guard).execute(db)
}

/** The faults that are found after a change by the owner of the database; undone afterwards. */
async function findAfter({ ctx }: TestApi, change: (db: Db) => Promise<unknown>) {
  const undo = new Error('undo')
  const found = { faults: [] as string[], newest: [] as string[] }
  const changing = ctx.db.transaction().execute(async (db) => {
    await dropGuards({ ctx: { ...ctx, db } })
    await change(db)
    const tampered = { ...ctx, committed: db }
    found.faults = (await verifyLog(tampered)).faults
    found.newest = await verifyNewest(tampered, EVENTS)
    throw undo
  })
  await expect(changing).rejects.toBe(undo)
  return found
}

const run = (statement: string) => (db: Db) => sql.raw(statement).execute(db)

/** The columns of an event, with overrides in place of `position` and so on. */
function copy(overrides: Record<string, string>): string {
  const columns = `position, organization_id, sequence, id, action, key_id, actor_type, actor_id,
    actor_name, at, ip, user_agent, request_id, changes, link`
  const values = columns.split(/,\s+/).map((column) => overrides[column] ?? column)
  return `insert into audit_events (${columns}) select ${values.join(', ')} from audit_events`
}

/** Exchanges the content of two events, and leaves their places as they are. */
function swap(columns: ('key_id' | 'changes' | 'link')[], one: number, other: number) {
  return async (db: Db) => {
    const tellingAt = (position: number) =>
      db
        .selectFrom('audit_events')
        .select(columns)
        .where('position', '=', position)
        .executeTakeFirstOrThrow()
    const tell = (position: number, told: object) =>
      db.updateTable('audit_events').set(told).where('position', '=', position).execute()
    const [first, second] = [await tellingAt(one), await tellingAt(other)]
    await tell(one, second)
    await tell(other, first)
  }
}

const changedColumns: Record<string, string> = {
  organization_id: "'org_c'",
  sequence: '77',
  id: "'evt_other'",
  action: "'key.updated'",
  key_id: 'null',
  actor_type: "'user'",
  actor_id: "'usr_other'",
  actor_name: "'Somebody'",
  at: "'2020-01-01T00:00:00.000Z'",
  ip: "'192.0.2.1'",
  user_agent: "'curl'",
  request_id: "'other'",
  changes: "'{}'",
  link: '(select twin.link from audit_events as twin where twin.position = 4)',
}

onEachDatabase((open) => {
  test('a log that nobody touched is sound, from the first event on', async () => {
    const api = await open()
    expect((await verifyLog(api.ctx)).head).toMatch(/^0:[\w-]{43}$/)
    const owner = await api.owner()
    const { id } = await api.issueKey(owner, { label: 'Ünïcode 🔑 "quoted"' })
    await owner.agent.delete(`/api/keys/${id}`).set('User-Agent', 'a\\b').expect(204)
    const report = await verifyLog(api.ctx)
    expect(report).toMatchObject({ events: 3, faults: [] })
    expect(report.head).toMatch(/^3:[\w-]{43}$/)
    expect(await verifyNewest(api.ctx, 2)).toEqual([])
  })

  test('a change of any column is found', async () => {
    const api = await open()
    await write(api)
    for (const [column, value] of Object.entries(changedColumns)) {
      const change = run(`update audit_events set ${column} = ${value} where position = 5`)
      const { faults, newest } = await findAfter(api, change)
      expect(faults[0], column).toMatch(/position 5\): (it, or the link|the event before it)/)
      expect(newest, column).toEqual(faults)
    }
    await headOf(api)
  })

  test('a removed event is found, also if it is the first or the last', async () => {
    const api = await open()
    await write(api)
    for (const position of [1, 2, 5, EVENTS]) {
      const { faults, newest } = await findAfter(
        api,
        run(`delete from audit_events where position = ${position}`),
      )
      expect(faults[0]).toMatch(
        position === EVENTS ? /^The newest events were removed/ : `Position ${position}: removed`,
      )
      expect(newest).toEqual(faults)
    }
  })

  test('removing an event and renumbering those after it is found', async () => {
    const api = await open()
    await write(api)
    const { faults } = await findAfter(api, async (db) => {
      await run('delete from audit_events where position = 8')(db)
      await run('update audit_events set position = 8 where position = 9')(db)
      await run('update audit_head set position = 8')(db)
    })
    expect(faults).toEqual([expect.stringMatching(/position 8\): it, or the link/)])
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['after the last', { position: '10', sequence: '99' }, /after the head/],
    ['before the first', { position: '0', sequence: '0' }, /put in before the first/],
    ['far before the first', { position: '-7', sequence: '99' }, /put in before the first/],
  ])('a copied event %s is found', async (_, place, fault) => {
    const api = await open()
    await write(api)
    const put = run(`${copy({ ...place, id: "'evt_copy'" })} where position = 5`)
    expect((await findAfter(api, put)).faults.join('\n')).toMatch(fault)
  })

  test('an inserted event is found, also if the head counts it', async () => {
    const api = await open()
    await write(api)
    const { faults } = await findAfter(api, async (db) => {
      const forged = copy({ position: '10', sequence: '4', id: "'evt_copy'" })
      await run(`${forged} where position = 9`)(db)
      await run('update audit_head set position = 10')(db)
    })
    expect(faults).toEqual([expect.stringMatching(/org_b, event 4 .*it, or the link/)])
  })

  test('two events that changed places are found', async () => {
    const api = await open()
    await write(api)
    for (const columns of [
      ['key_id', 'changes'] as const,
      ['key_id', 'changes', 'link'] as const,
    ]) {
      const { faults } = await findAfter(api, swap([...columns], 2, 5))
      expect(faults.slice(0, 2)).toEqual([
        expect.stringMatching(/position 2\): it, or the link/),
        expect.stringMatching(/position 5\): it, or the link/),
      ])
    }
  })

  test('an event from a diverged copy of the log is found at its position', async () => {
    const [api, other] = [await open(), await open()]
    await write(api)
    await write(other)
    const theirs = await other.ctx.db
      .selectFrom('audit_events')
      .select(['id', 'at', 'link'])
      .where('position', '=', 5)
      .executeTakeFirstOrThrow()
    const { faults } = await findAfter(api, (db) =>
      db.updateTable('audit_events').set(theirs).where('position', '=', 5).execute(),
    )
    expect(faults[0]).toMatch(/position 5\): it, or the link/)
  })

  test('a changed head is found, and a removed one', async () => {
    const api = await open()
    await write(api)
    const heads: [change: string, fault: RegExp][] = [
      ['update audit_head set position = 8', /do not lead to the head.*\n.*after the head/],
      ['update audit_head set position = 10', /The newest events were removed/],
      ['update audit_head set link = (select link from audit_events limit 1)', /do not lead/],
      ['delete from audit_head', /^The head of the log was removed$/],
    ]
    for (const [change, fault] of heads)
      expect((await findAfter(api, run(change))).faults.join('\n')).toMatch(fault)
    await headOf(api)
  })

  test('cutting the log back to an earlier head, as a whole, is found by a head kept elsewhere', async () => {
    const api = await open()
    await write(api, 6)
    const earlier = await api.ctx.db
      .selectFrom('audit_head')
      .select(['position', 'link'])
      .executeTakeFirstOrThrow()
    const old = readHead(await headOf(api))!
    await write(api, 3)
    const kept = readHead(await headOf(api))!
    await dropGuards(api)
    await run('delete from audit_events where position > 6')(api.ctx.db)
    await api.ctx.db.updateTable('audit_head').set(earlier).execute()
    // The log is consistent as it was then: only a head kept elsewhere shows the cut.
    expect((await verifyLog(api.ctx, old)).faults).toEqual([])
    expect((await verifyLog(api.ctx, kept)).faults).toEqual([
      'The log was cut back: it had 9 events, and has 6',
    ])
    await write(api, 5)
    expect((await verifyLog(api.ctx, kept)).faults).toEqual([
      'Up to position 9, the log is not the one whose head is expected',
    ])
  })

  test('the log still leads to any earlier head, and not to a head of another log', async () => {
    const api = await open()
    const heads = [await headOf(api)]
    for (const _ of [1, 2, 3]) {
      await write(api, 2)
      heads.push(await headOf(api))
    }
    for (const head of heads) expect((await verifyLog(api.ctx, readHead(head))).faults).toEqual([])
    const other = await open()
    await write(other, 6)
    for (const head of heads.slice(1))
      expect((await verifyLog(other.ctx, readHead(head))).faults.length).toBe(1)
  })

  test('without AUTH_SECRET nothing fits', async () => {
    const api = await open()
    await write(api)
    const keyFor = () => Buffer.alloc(32)
    const { faults } = await verifyLog({ ...api.ctx, keyFor })
    expect(faults.length).toBeGreaterThanOrEqual(EVENTS)
  })

  test('with very many faults the walk ends early, and says so', async () => {
    const api = await open()
    await write(api, 120)
    const { faults } = await findAfter(api, run("update audit_events set ip = 'x'"))
    expect(faults).toHaveLength(101)
    expect(faults[100]).toMatch(/^More may follow after position 100/)
  })
})
