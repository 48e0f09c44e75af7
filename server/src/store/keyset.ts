import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Page } from '@zentrix/shared/schemas/pagination.ts'
import { invalidField } from '../lib/errors.ts'

/** Where a page ended: the moment and id of its last row. */
export type Cursor = { at: string; id: string }

/** Reads a `nextCursor` that an earlier page gave. @throws {InvalidInputError} for any other text */
export function readCursor(text: string): Cursor {
  const [at = '', id = '', ...rest] = Buffer.from(text, 'base64url').toString('utf8').split(' ')
  // Written by toISOString, so that no day is in it that a database would refuse.
  const isMoment = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) && isCanonical(at)
  if (!isMoment || !/^[a-z]+_[0-9A-Za-z]+$/.test(id) || rest.length > 0)
    throw invalidField('cursor', 'Must be the nextCursor of an earlier page')
  return { at, id }
}

function isCanonical(at: string): boolean {
  const moment = new Date(at)
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === at
}

/** The rows after the cursor in a list that runs from new to old: one range scan of the index. */
export function beforeCursor(
  atColumn: string,
  idColumn: string,
  { at, id }: Cursor,
): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref(atColumn)}, ${sql.ref(idColumn)}) < (${at}, ${id})`
}

/** Makes a page of at most `limit` rows out of up to `limit + 1`. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
  toCursor: (row: Row) => Cursor,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  const cursor = last && toCursor(last)
  return {
    data: shown.map(toItem),
    nextCursor: cursor ? Buffer.from(`${cursor.at} ${cursor.id}`).toString('base64url') : null,
  }
}
