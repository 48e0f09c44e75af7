import Sqlite from 'better-sqlite3'

/** A row that waits to be written, found by its hash. */
export type Staged = { line: number; hash: Buffer; row: string }

export type Staging = ReturnType<typeof openStaging>

/**
 * Keeps rows on the disk until all of them are known, so that they are then written in one go and
 * however many there are, memory stays what it is. The system deletes them with the process.
 */
export function openStaging() {
  const database = new Sqlite('') // a file without a name
  database.pragma('journal_mode = OFF')
  database.pragma('synchronous = OFF')
  database.exec(`
    create table staged (
      hash blob not null unique,
      line integer primary key,
      row text not null
    );
    begin;`)
  const add = database.prepare(
    'insert into staged (hash, line, row) values (?, ?, ?) on conflict (hash) do nothing',
  )
  const find = database.prepare<[Buffer], number>('select line from staged where hash = ?').pluck()
  const read = database.prepare<[Buffer, number], Staged>(
    'select line, hash, row from staged where hash > ? order by hash limit ?',
  )
  const remove = database.prepare<[number]>('delete from staged where line = ?')
  const count = database.prepare<[], number>('select count(*) from staged').pluck()
  return {
    /** @returns the line that has the hash already, if any: then nothing is added */
    add({ line, hash, row }: Staged): number | undefined {
      const { changes } = add.run(hash, line, row)
      return changes === 1 ? undefined : find.get(hash)
    },
    remove: (line: number) => void remove.run(line),
    count: () => count.get()!,
    /** All rows in the order of their hashes, so many at a time. */
    *pages(limit: number): Generator<Staged[]> {
      for (let after: Buffer = Buffer.alloc(0); ;) {
        const page = read.all(after, limit)
        if (page.length === 0) return
        yield page
        after = page.at(-1)!.hash
      }
    },
    close: () => database.close(),
  }
}
