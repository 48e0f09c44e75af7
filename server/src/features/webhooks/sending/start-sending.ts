import { logNowAndThen } from '../../../lib/log/log.ts'
import { findLastPosition, listOrganizationsBetween } from '../../audit/audit-reads.ts'
import type { Context } from '../../context.ts'
import { listEnabledIds, listEnabledIdsOf } from '../webhooks.store.ts'
import { deliver } from './deliver.ts'
import { deliverLine } from './deliver-line.ts'
import { sendingPlaces } from './places.ts'
import { senderClaim } from './sender-claim.ts'
import { findWaitingOnce, listDue } from './sending.store.ts'

const LOOK_MS = 250
const PAUSE_AFTER_FAILURE_MS = 2000
const POSITIONS_AT_ONCE = 1000
const IDS_AT_ONCE = 500
const STOP_PATIENCE_MS = 1000

export type Sending = {
  /** Looks for messages that can be sent, and begins to send them. */
  look(): Promise<void>
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>
  stop(): Promise<void>
}

/**
 * Sends webhooks' messages, each webhook's one after the other and all webhooks beside each other. It
 * reads the end of the audit log four times a second, so that events of other threads, nodes and
 * commands are seen like our own; what a process that died left unsent is sent by the next one.
 */
export function startSending(ctx: Context, lookMs = LOOK_MS): Sending {
  const claim = senderClaim(ctx)
  const stopping = new AbortController()
  const note = logNowAndThen(ctx.log, 'warn', 'webhooks could not be sent')
  const places = sendingPlaces(takeTurn)
  /** The position in the log up to which webhooks were woken; undefined: all are to be looked at. */
  let seen: number | undefined
  let pausedUntil = 0
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    if (!(await claim.holds())) {
      seen = undefined
      places.clear()
      return
    }
    const end = await findLastPosition(ctx)
    if (seen === undefined) await wakeAll()
    else
      for (let from = seen; from < end; from += POSITIONS_AT_ONCE) {
        const upTo = Math.min(end, from + POSITIONS_AT_ONCE)
        const organizationIds = await listOrganizationsBetween(ctx, from, upTo)
        places.wake(await listEnabledIdsOf(ctx.committed, organizationIds))
      }
    seen = end
    const due = await listDue(ctx.committed, ctx.now(), IDS_AT_ONCE)
    places.wake(due.map((it) => (it.kind === 'line' ? it.webhook_id : it.id)))
    places.fill()
  }

  async function wakeAll(): Promise<void> {
    for (let after = ''; ;) {
      const ids = await ctx.database.browsing.read((db) => listEnabledIds(db, after, IDS_AT_ONCE))
      places.wake(ids)
      after = ids.at(-1) ?? ''
      if (ids.length < IDS_AT_ONCE) return
    }
  }

  /** Sends for a webhook's line, or one delivery beside it. @returns whether there is more to send */
  async function takeTurn(id: string): Promise<boolean> {
    try {
      return await (id.startsWith('dlv_') ? sendOnce(id) : deliverLine(ctx, id, stopping.signal))
    } catch (error) {
      pause(error)
      return false
    }
  }

  function pause(error: unknown): void {
    note(error)
    seen = undefined // a message may have no time of its own at which it is due
    pausedUntil = performance.now() + PAUSE_AFTER_FAILURE_MS
  }

  async function sendOnce(id: string): Promise<boolean> {
    const message = await findWaitingOnce(ctx.committed, id)
    if (message) await deliver(ctx, message, stopping.signal)
    return false
  }

  const timer = setInterval(() => {
    if (performance.now() < pausedUntil) return
    looking ??= look()
      .catch(pause)
      .finally(() => (looking = undefined))
  }, lookMs)

  return {
    look,
    idle: places.idle,
    async stop() {
      places.close()
      clearInterval(timer)
      await looking
      const patience = setTimeout(() => stopping.abort(), STOP_PATIENCE_MS)
      await places.idle()
      clearTimeout(patience)
      stopping.abort()
      await claim.release().catch(note)
    },
  }
}
