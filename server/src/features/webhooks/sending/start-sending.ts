import { SECOND_MS } from '@zentrix/shared/moment.ts'
import { logNowAndThen } from '../../../lib/log/log.ts'
import { findLastPosition, listOrganizationsBetween } from '../../audit/audit-reads.ts'
import type { Context } from '../../context.ts'
import { listEnabledIds, listEnabledIdsOf } from '../webhooks.store.ts'
import { deliver } from './deliver.ts'
import { deliverLine, TURN_MS } from './deliver-line.ts'
import { senderClaim } from './sender-claim.ts'
import { findWaitingOnce, listDue } from './sending.store.ts'

const LOOK_MS = 250
const PAUSE_AFTER_FAILURE_MS = 2000
const POSITIONS_AT_ONCE = 1000
const IDS_AT_ONCE = 500
// After a turn that took longer than this, which means a message that took a second, a webhook keeps to
// the places for slow ones, and holds up no other.
const SLOW_MS = TURN_MS + SECOND_MS
const MAX_SENDING = { quick: 24, slow: 16 }
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
  /** What waits for a place: ids of webhooks, and of deliveries that are sent beside a line. */
  const waiting = new Set<string>()
  const sending = new Map<string, { work: Promise<void>; isSlow: boolean }>()
  const slow = new Set<string>()
  /** The position in the log up to which webhooks were woken; undefined: all are to be looked at. */
  let seen: number | undefined
  let isStopping = false
  let pausedUntil = 0
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    if (!(await claim.holds())) {
      seen = undefined
      waiting.clear()
      return
    }
    const end = await findLastPosition(ctx)
    if (seen === undefined) await wakeAll()
    else
      for (let from = seen; from < end; from += POSITIONS_AT_ONCE) {
        const upTo = Math.min(end, from + POSITIONS_AT_ONCE)
        const organizationIds = await listOrganizationsBetween(ctx, from, upTo)
        wake(await listEnabledIdsOf(ctx.committed, organizationIds))
      }
    seen = end
    const due = await listDue(ctx.committed, ctx.now(), IDS_AT_ONCE)
    wake(due.map((it) => (it.kind === 'line' ? it.webhook_id : it.id)))
    fillPlaces()
  }

  async function wakeAll(): Promise<void> {
    for (let after = ''; ;) {
      const ids = await ctx.database.browsing.read((db) => listEnabledIds(db, after, IDS_AT_ONCE))
      wake(ids)
      after = ids.at(-1) ?? ''
      if (ids.length < IDS_AT_ONCE) return
    }
  }

  function wake(ids: string[]): void {
    for (const id of ids) waiting.add(id)
  }

  function fillPlaces(): void {
    const taken = { quick: 0, slow: 0 }
    for (const { isSlow } of sending.values()) taken[isSlow ? 'slow' : 'quick']++
    for (const id of waiting) {
      if (isStopping) return
      const place = slow.has(id) ? 'slow' : 'quick'
      if (sending.has(id) || taken[place] >= MAX_SENDING[place]) continue
      taken[place]++
      waiting.delete(id)
      sending.set(id, { work: send(id), isSlow: place === 'slow' })
    }
  }

  async function send(id: string): Promise<void> {
    const startedAt = performance.now()
    try {
      if (await (id.startsWith('dlv_') ? sendOnce(id) : deliverLine(ctx, id, stopping.signal)))
        waiting.add(id)
    } catch (error) {
      note(error)
      seen = undefined // its message may have no time of its own at which it is due
      pausedUntil = performance.now() + PAUSE_AFTER_FAILURE_MS
    }
    const isSlow = performance.now() - startedAt > SLOW_MS
    if (isSlow) slow.add(id)
    else slow.delete(id)
    sending.delete(id)
    fillPlaces()
  }

  async function sendOnce(id: string): Promise<boolean> {
    const message = await findWaitingOnce(ctx.committed, id)
    if (message) await deliver(ctx, message, stopping.signal)
    return false
  }

  const timer = setInterval(() => {
    if (performance.now() < pausedUntil) return
    looking ??= look()
      .catch((error: unknown) => {
        note(error)
        seen = undefined
        pausedUntil = performance.now() + PAUSE_AFTER_FAILURE_MS
      })
      .finally(() => (looking = undefined))
  }, lookMs)

  async function idle(): Promise<void> {
    while (sending.size > 0) await Promise.all([...sending.values()].map(({ work }) => work))
  }

  return {
    look,
    idle,
    async stop() {
      isStopping = true
      clearInterval(timer)
      await looking
      const patience = setTimeout(() => stopping.abort(), STOP_PATIENCE_MS)
      await idle()
      clearTimeout(patience)
      stopping.abort()
      await claim.release().catch(note)
    },
  }
}
