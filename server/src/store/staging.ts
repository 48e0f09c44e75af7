import Sqlite from 'better-sqlite3'
import { present } from '../lib/typed.ts'
import { setUp } from './sqlite/pragmas.ts'

/** A row that waits to be written. */
export type Staged = { line: number; hash: Buffer; row: string }

/** One that has its place among all of them. */
export type Sorted = Staged & { place: number; id: string }

export type Staging = ReturnType<typeof openStaging>

/**
 * Keeps rows on the disk until all of them are known, so that they are then written in one go and
 * however many there are, memory stays what it is. The system deletes them with the process.
 *
 * They are written in the order of their hashes, which is that of the table of keys, and have ids
 * that are made in the same order: what a database keeps sorted then grows at its end, which costs
 * a third of what growing anywhere does.
 */
export function openStaging(makeRowId: () => string) {
  const database = new Sqlite('') // a file without a name
  setUp(database, 'staging')
  database.function('make_row_id', makeRowId)
  database.exec(`
    create table staged (line integer primary key, hash blob not null, row text not null);
    create table sorted (
      place integer primary key,
      id text not null,
      line integer not null,
      hash blob not null,
      row text not null
    );
    create table same (place integer primary key, line integer not null, earlier integer not null);
    begin;`)
  const add = database.prepare<[number, Buffer, string]>('insert into staged values (?, ?, ?)')
  const readSame = database.prepare<[number, number], Same & { place: number }>(
    'select place, line, earlier from same where place > ? order by place limit ?',
  )
  const readSorted = database.prepare<[number, number], Sorted>(
    'select place, id, line, hash, row from sorted where place > ? order by place limit ?',
  )
  const remove = database.prepare<[number]>('delete from sorted where place = ?')
  const count = database.prepare<[], number>('select count(*) from sorted').pluck()
  return {
    add: ({ line, hash, row }: Staged) => void add.run(line, hash, row),
    /** Gives all rows their places and ids. Of those with the same hash, the first is kept. */
    sort(): void {
      database.exec(SORT)
    },
    /** Lines that were not kept. */
    same: () => pagesOf(readSame, SAME_AT_ONCE),
    remove: (place: number) => void remove.run(place),
    /** How many there are that have places. */
    count: () => present(count.get()),
    /** All rows that have places, in order, so many at a time. */
    pages: (limit: number) => pagesOf(readSorted, limit),
    close: () => database.close(),
  }
}

/** A line that has the same hash as an earlier one. */
export type Same = { line: number; earlier: number }

const SAME_AT_ONCE = 1000

// The limit keeps an id from being made before its row has its place.
const SORT = `
  insert into sorted (id, line, hash, row)
    select make_row_id(), line, hash, row
    from (select line, hash, row from staged order by hash, line limit -1);
  insert into same
    select later.place, later.line, sorted.line
    from sorted join sorted as later on later.place = sorted.place + 1
    where later.hash = sorted.hash;
  delete from sorted where place in (select place from same);`

function* pagesOf<Row extends { place: number }>(
  statement: Sqlite.Statement<[number, number], Row>,
  limit: number,
): Generator<Row[]> {
  for (let after = 0; ;) {
    const page = statement.all(after, limit)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    after = last.place
  }
}
