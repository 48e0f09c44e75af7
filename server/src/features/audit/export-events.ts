import type { ListAuditEventsQuery } from '@zentrix/shared/audit.ts'
import type { Context } from '../../context.ts'
import type { TenantPrincipal } from '../../principal.ts'
import { selectEvents, type EventFilter } from './event-list.store.ts'
import { eventLine, headerLine } from './event-file.ts'

// So many at a time: little memory, and on SQLite no read that would hold up a verification.
const EVENTS_AT_ONCE = 100

/**
 * The events that match, newest first, as the lines of a CSV file. They are read as they are
 * sent; what is recorded meanwhile is not among them.
 *
 * @throws before the first line when the filter is wrong or the database does not answer
 */
export async function exportEvents(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  { limit = Number.MAX_SAFE_INTEGER, ...filter }: ListAuditEventsQuery,
): Promise<{ fileName: string; lines: AsyncIterable<string> }> {
  const read = (cursor: string | undefined, left: number) =>
    selectEvents(
      ctx.committed,
      organizationId,
      { ...filter, ...(cursor !== undefined && { cursor }) } satisfies EventFilter,
      Math.min(EVENTS_AT_ONCE, left),
    )
  const first = await read(filter.cursor, limit)
  async function* lines() {
    yield headerLine
    let page = first
    for (let left = limit; ;) {
      yield page.data.map(eventLine).join('')
      left -= page.data.length
      if (page.nextCursor === null || left === 0) return
      page = await read(page.nextCursor, left)
    }
  }
  return { fileName: `audit-events-${ctx.now().slice(0, 10)}.csv`, lines: lines() }
}
