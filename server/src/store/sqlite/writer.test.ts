import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { remoteSqliteWriter } from './threads/remote-writer.ts'
import { openSqliteWriter } from './connections.ts'
import { prepareSqliteFiles } from './prepare-files.ts'
import { startSqliteThread } from './threads/threads.ts'
import type { SqliteWriter } from './writer.ts'

function newFile(): string {
  const dir = mkdtempSync(join(tmpdir(), 'writer-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const path = join(dir, 'keys.db')
  prepareSqliteFiles(path)
  const database = new Sqlite(path)
  database.exec('create table notes (text text primary key, bytes blob)')
  database.close()
  return path
}

const writers = {
  'in this thread': (path: string) => openSqliteWriter(path),
  'in a thread of its own'(path: string) {
    const thread = startSqliteThread('writer', path)
    const writer = remoteSqliteWriter(thread.connect())
    return { ...writer, close: () => writer.close().then(thread.close) }
  },
}

const add = (writer: SqliteWriter, ticket: number, text: string) =>
  writer.run(ticket, 'insert into notes (text) values (?)', [text])

describe.each(Object.keys(writers) as (keyof typeof writers)[])('a writer %s', (where) => {
  function open() {
    const path = newFile()
    const writer = writers[where](path)
    const reader = new Sqlite(path, { readonly: true })
    onTestFinished(async () => {
      reader.close()
      await writer.close()
    })
    const notes = () => reader.prepare('select text from notes order by text').pluck().all()
    return { path, writer, notes }
  }

  test('keeps what was committed, and resolves when others can read it', async () => {
    const { writer, notes } = open()
    await writer.begin(1)
    await add(writer, 1, 'a')
    expect(notes()).toEqual([])
    await writer.commit(1)
    expect(notes()).toEqual(['a'])
  })

  test('gives turns in the order of asking, and keeps each whole', async () => {
    const { writer, notes } = open()
    const order: number[] = []
    const work = async (ticket: number) => {
      await writer.begin(ticket)
      order.push(ticket)
      await add(writer, ticket, `${ticket} first`)
      await add(writer, ticket, `${ticket} second`)
      if (ticket % 3 === 0) await writer.rollback(ticket)
      else await writer.commit(ticket)
    }
    await Promise.all([1, 2, 3, 4, 5, 6].map(work))
    expect(order).toEqual([1, 2, 3, 4, 5, 6])
    const kept = [1, 2, 4, 5].flatMap((ticket) => [`${ticket} first`, `${ticket} second`])
    expect(notes()).toEqual(kept)
  })

  test('a statement that fails leaves its transaction open, and the others alone', async () => {
    const { writer, notes } = open()
    const failing = async () => {
      await writer.begin(1)
      await add(writer, 1, 'a')
      await expect(add(writer, 1, 'a')).rejects.toMatchObject({
        code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
      })
      await writer.rollback(1)
    }
    const working = async () => {
      await writer.begin(2)
      await add(writer, 2, 'b')
      await writer.commit(2)
    }
    await Promise.all([failing(), working()])
    expect(notes()).toEqual(['b'])
  })

  test('a statement alone waits for the transactions before it to be on the disk', async () => {
    const { writer, notes } = open()
    await writer.begin(1)
    await add(writer, 1, 'a')
    const alone = writer.run(2, 'select count(*) as count from notes', [])
    await writer.commit(1)
    expect(await alone).toMatchObject({ rows: [{ count: 1 }] })
    await writer.run(3, 'delete from notes', [])
    expect(notes()).toEqual([])
  })

  test('what SQLite undid is lost as a whole: nothing of it is acknowledged', async () => {
    const { writer, notes } = open()
    await writer.begin(1)
    await add(writer, 1, 'a')
    const committed = writer.commit(1)
    const second = writer.begin(2)
    // As a full disk would: SQLite ends the whole transaction, not this statement alone.
    const undone = second.then(() =>
      writer.run(2, 'insert or rollback into notes (text) values (?)', ['a']),
    )
    const results = await Promise.allSettled([committed, undone])
    await expect(add(writer, 2, 'b')).rejects.toMatchObject({ code: 'SQLITE_ABORT' })
    await writer.rollback(2)
    expect(results[1].status).toBe('rejected')
    expect(notes()).toEqual(results[0].status === 'fulfilled' ? ['a'] : [])
    await writer.begin(3)
    await add(writer, 3, 'c')
    await writer.commit(3)
    expect(notes()).toContain('c')
  })

  test('a rollback after a commit that failed leaves the turn of another alone', async () => {
    const { writer, notes } = open()
    await writer.begin(2)
    await add(writer, 2, 'b')
    await writer.rollback(1)
    await expect(writer.commit(1)).rejects.toMatchObject({ code: 'SQLITE_ABORT' })
    await add(writer, 2, 'c')
    expect(notes()).toEqual([])
    await writer.commit(2)
    expect(notes()).toEqual(['b', 'c'])
  })

  test('waits for another process that is writing', async () => {
    const { path, writer, notes } = open()
    const other = new Sqlite(path)
    other.exec('begin immediate')
    const waiting = writer.run(1, 'insert into notes (text) values (?)', ['a'])
    other.exec("insert into notes (text) values ('other')")
    other.exec('commit')
    other.close()
    await waiting
    expect(notes()).toEqual(['a', 'other'])
  })

  test('bytes come back as buffers', async () => {
    const { writer } = open()
    await writer.run(1, 'insert into notes values (?, ?)', ['a', Buffer.from('bytes')])
    const { rows } = await writer.run(1, 'select bytes from notes', [])
    const { bytes } = rows[0] as { bytes: Buffer }
    expect(Buffer.isBuffer(bytes)).toBe(true)
    expect(bytes.toString()).toBe('bytes')
  })

  test('a thousand at once are all written', async () => {
    const { writer, notes } = open()
    await Promise.all(
      Array.from({ length: 1000 }, async (_, ticket) => {
        await writer.begin(ticket)
        await add(writer, ticket, `${ticket}`)
        await writer.commit(ticket)
      }),
    )
    expect(notes()).toHaveLength(1000)
  })
})
