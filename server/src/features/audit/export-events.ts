import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { AuditEvent, ListAuditEventsQuery } from '@zentrix/shared/schemas/audit.ts'
import type { Context } from '../context.ts'
import type { TenantPrincipal } from '../principals.ts'
import { listEventsWithKeys, type EventFilter } from './event-list.store.ts'
import { eventLine, headerLine } from './event-csv.ts'

// The serving thread unpacks a page in one go: 100 events took 2 ms, in which nobody was answered.
const EVENTS_AT_ONCE = 20
// An event may hold long lists, and is then as much work as many others.
const CHARACTERS_AT_ONCE = 32_768

/**
 * The matching events, newest first, as a CSV file. Pages are read while the file is sent, and other
 * requests are served between the pieces. Events recorded meanwhile are not in the file.
 *
 * @throws before the first line when the filter is wrong or the database does not answer
 */
export async function exportEvents(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  { limit = Number.MAX_SAFE_INTEGER, ...filter }: ListAuditEventsQuery,
): Promise<{ fileName: string; file: Readable }> {
  const { browsing } = ctx.database
  const select = (cursor: string | undefined, left: number) => (db: Context['db']) =>
    listEventsWithKeys(
      db,
      organizationId,
      { ...filter, ...(cursor !== undefined && { cursor }) } satisfies EventFilter,
      Math.min(EVENTS_AT_ONCE, left),
    )
  const first = await browsing.read(select(filter.cursor, limit))
  async function* pieces() {
    yield headerLine
    let page = first
    for (let left = limit; ;) {
      for (const piece of piecesOf(page.data)) {
        yield piece
        await turn()
      }
      left -= page.data.length
      if (page.nextCursor === null || left === 0) return
      const { nextCursor } = page
      page = await paced(() => browsing.readOn(select(nextCursor, left)))
    }
  }
  const end = browsing.beginFile()
  // Counted in bytes: as objects, many pages would be read ahead for a slow client.
  const file = Readable.from(pieces(), { objectMode: false }).once('close', end)
  return { fileName: `audit-events-${ctx.now().slice(0, 10)}.csv`, file }
}

let lastPage: Promise<unknown> = Promise.resolve()

/**
 * Reads the pages of all files of a thread one after the other, each followed by a pause as long as
 * it took: however many files are sent, half of the time is left to verification.
 */
async function paced<T>(read: () => Promise<T>): Promise<T> {
  const before = lastPage
  const { promise, resolve } = Promise.withResolvers<void>()
  lastPage = promise
  await before
  const startedAt = performance.now()
  try {
    return await read()
  } finally {
    setTimeout(resolve, performance.now() - startedAt)
  }
}

function* piecesOf(events: AuditEvent[]): Generator<string> {
  let piece = ''
  for (const event of events) {
    piece += eventLine(event)
    if (piece.length < CHARACTERS_AT_ONCE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
