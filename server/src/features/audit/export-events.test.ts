import { expect, test } from 'vitest'
import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { expectError, onEachDatabase, type Person } from '../../../../scripts/testkit/api/kit.ts'
import { systemPrincipal } from '../principals.ts'
import { inTransaction } from './in-transaction.ts'
import { eventLine, headerLine } from './event-csv.ts'
import { recordEvent } from './record-event.ts'

const HEADER =
  'at,action,actorType,actorId,actorName,keyId,keyLabel,keyMasked,changes,ip,userAgent,requestId,id'

const event: AuditEvent = {
  id: 'evt_1',
  action: 'key.created',
  keyId: 'key_1',
  key: { label: 'Label', masked: 'nas_...abcd' },
  actor: { type: 'user', id: 'usr_1', name: 'Max' },
  at: '2026-03-05T14:30:00.000Z',
  ip: '192.0.2.1',
  userAgent: 'curl',
  requestId: 'r1',
  changes: {},
}

/** Reads RFC 4180, strictly. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain = '', end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy,
  )) {
    row.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  expect(row).toEqual([])
  return rows
}

/** The file's rows as objects by the names of its columns. */
async function download(person: Person, query = ''): Promise<Record<string, string>[]> {
  const { text } = await person.agent.get(`/api/audit-events?format=csv${query}`).expect(200)
  expect(text.slice(0, 1), 'a byte order mark').toBe('\uFEFF')
  const [names = [], ...rows] = parseCsv(text.slice(1))
  expect(names.join(',')).toBe(HEADER)
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]!])))
}

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x'])(
  'no cell can begin a formula with %j',
  (evil) => {
    const [row] = parseCsv(
      eventLine({
        ...event,
        actor: { ...event.actor, name: evil },
        key: { label: evil, masked: evil },
        userAgent: evil,
        requestId: evil,
      }),
    )
    expect(row!.filter((cell) => cell === evil)).toEqual([])
    expect(row!.filter((cell) => cell === `'${evil}`)).toHaveLength(5)
  },
)

test('quotes, commas and line breaks stay within their cell', () => {
  const label = 'a "b", c;\r\nd'
  const line = eventLine({ ...event, key: { label, masked: '' }, changes: { label } })
  const [row] = parseCsv(line)
  expect(row).toContain(label)
  expect(row).toContain(JSON.stringify({ label }))
  expect(parseCsv(headerLine)[0]).toHaveLength(row!.length)
})

onEachDatabase((open) => {
  test('the file has a name, is not cached, and shows the same as the list', async () => {
    const api = await open()
    const owner = await api.owner()
    const evil = '=HYPERLINK("https://evil.example","Click")'
    const { id, masked } = await api.issueKey(owner, { label: evil })
    await owner.agent.delete(`/api/keys/${id}`).set('User-Agent', '+cmd|calc').expect(204)
    const response = await owner.agent.get('/api/audit-events?format=csv').expect(200)
    expect(response.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="audit-events-${api.clock.now().slice(0, 10)}.csv"`,
      'cache-control': 'no-store',
    })
    const [revoked, created, added, ...rest] = await download(owner)
    expect(rest).toEqual([])
    expect(revoked).toMatchObject({
      at: api.clock.now(),
      action: 'key.revoked',
      actorType: 'user',
      actorId: owner.id,
      keyId: id,
      keyLabel: `'${evil}`,
      keyMasked: masked,
      ip: '127.0.0.1',
      userAgent: "'+cmd|calc",
    })
    expect(JSON.parse(created!.changes!)).toMatchObject({ label: evil })
    expect(added).toMatchObject({ actorType: 'system', actorId: '', keyId: '', keyLabel: '' })
  })

  test('every matching event is in the file, however many there are', async () => {
    const api = await open()
    const owner = await api.owner()
    await inTransaction(api.ctx, async (tx) => {
      for (let number = 0; number < 1001; number += 1)
        await recordEvent(tx, systemPrincipal, {
          action: 'key.updated',
          organizationId: owner.organizationId,
          changes: { number },
        })
    })
    const numbers = async (query: string) =>
      (await download(owner, query)).map(({ changes }) => JSON.parse(changes!).number as number)
    const all = await numbers('&action=key.updated')
    expect(all).toEqual(Array.from({ length: 1001 }, (_, index) => 1000 - index))
    expect(await numbers('&action=key.updated&limit=3')).toEqual([1000, 999, 998])
    const { body } = await owner.agent.get('/api/audit-events?action=key.updated&limit=100')
    const rest = await numbers(`&action=key.updated&cursor=${body.nextCursor}`)
    expect(rest).toEqual(all.slice(100))
    await owner.agent.head('/api/audit-events?format=csv').expect(200)
  })

  test('only readers of the log get the file, and of their own organization', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner)
    const path = '/api/audit-events?format=csv'
    expectError(await api.request.get(path), 401, 'UNAUTHORIZED')
    const stranger = await api.owner()
    expect((await download(stranger)).map(({ action }) => action)).toEqual(['member.added'])
    const viewer = await api.member(owner.organizationId, 'viewer')
    expect(await download(viewer)).toHaveLength(3)
    const asService = async (scope: 'audit:read' | 'keys:manage') =>
      api.request.get(path).set({
        Authorization: `Bearer ${await api.serviceToken({ scopes: [scope] })}`,
        'X-Organization-Id': owner.organizationId,
      })
    expectError(await asService('keys:manage'), 403, 'INSUFFICIENT_SCOPE')
    expect((await asService('audit:read')).text.trim().split('\r\n')).toHaveLength(4)
  })
})
