import { setImmediate as turn } from 'node:timers/promises'
import type { Context } from '../context.ts'
import {
  findLastLink,
  insertEvents,
  setHeadLink,
  takePositions,
  type PendingEvent,
} from './audit.store.ts'

import type { AuditEventsTable } from '../../store/schema/audit.ts'
import { emptyHead, headAfter, linkOf } from './chain.ts'

// The links of a thousand events take longer than a verification may wait.
const EVENTS_AT_ONCE = 100

/**
 * Gives events their places in the log, in order, and writes them. Until this transaction ends, no
 * other one can write events; `inTransaction` therefore does this last.
 */
export async function appendEvents(tx: Context, events: PendingEvent[]): Promise<void> {
  if (events.length === 0) return
  const key = tx.keyFor('audit-chain')
  const before = await takePositions(tx.db, events.length)
  let head = before.position === 0 ? emptyHead(key) : before
  const last = new Map<string, { sequence: number; link: Buffer } | undefined>()
  const rows: AuditEventsTable[] = []
  for (const event of events) {
    const { organization_id: organizationId } = event
    if (!last.has(organizationId))
      last.set(organizationId, await findLastLink(tx.db, organizationId))
    const previous = last.get(organizationId)
    const place = { position: head.position + 1, sequence: (previous?.sequence ?? 0) + 1 }
    const link = linkOf(key, previous?.link, { ...event, ...place })
    rows.push({ ...event, ...place, link })
    last.set(organizationId, { sequence: place.sequence, link })
    head = headAfter(key, head, link)
    if (rows.length % EVENTS_AT_ONCE === 0) await turn()
  }
  await insertEvents(tx.db, rows)
  await setHeadLink(tx.db, head.link)
}
