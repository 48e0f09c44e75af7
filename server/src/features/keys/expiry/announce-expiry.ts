import { DAY_MS, MINUTE_MS, toMoment } from '@zentrix/shared/moment.ts'
import { inTransactionAtOnce } from '../../audit/in-transaction.ts'
import { recordEvent } from '../../audit/record-event.ts'
import type { Context } from '../../context.ts'
import { systemPrincipal } from '../../principals.ts'
import { settleUsage } from '../../usage/write-behind/flush-usage.ts'
import { present } from '../../../lib/typed.ts'
import {
  deleteEndedNotices,
  insertNotice,
  listEndingKeys,
  selectNotices,
  type EndingKey,
  type Expiring,
} from './expiry.store.ts'
import { mailExpiry } from './mail-expiry.ts'

/** The days before the end of a key at which its owners get a mail, the last one first. */
const STAGES = [1, 7, 30]
const FIRST_STAGE_MS = 30 * DAY_MS
const USED_WITHIN_MS = 30 * DAY_MS
const KEYS_AT_ONCE = 500
// Of ten minutes, after which the next sweep sends what is left.
const MAILING_MS = MINUTE_MS

/**
 * Records that keys in use end soon, 30, 7 and 1 days before, and mails those who can do something
 * about it. Each stage counts once for each end that a key is given, on whatever node; a stage that
 * had passed when the end was set does not count. Keys that nobody used for 30 days may end unnoticed.
 *
 * @param mailingMs how long it may begin to mail; the next call mails those that are left
 */
export async function announceExpiry(
  ctx: Context,
  signal: AbortSignal,
  mailingMs = MAILING_MS,
): Promise<void> {
  const mailUntil = performance.now() + mailingMs
  const isOver = () => signal.aborted || performance.now() >= mailUntil
  await settleUsage(ctx)
  const now = ctx.now()
  const time = { from: now, upTo: toMoment(ctx.nowMs() + FIRST_STAGE_MS) }
  let after: { expiresAt: string; id: string } | undefined
  do {
    const page = await ctx.database.browsing.read((db) =>
      listEndingKeys(db, time, after, KEYS_AT_ONCE),
    )
    const reached = page.flatMap((key) => stageReached(key, ctx.nowMs()) ?? [])
    await mailExpiry(ctx, await noteStages(ctx, reached), isOver)
    const last = page.at(-1)
    after =
      last && page.length === KEYS_AT_ONCE
        ? { expiresAt: present(last.expires_at), id: last.id }
        : undefined
  } while (after !== undefined && !signal.aborted)
  await deleteEndedNotices(ctx.db, now)
}

function stageReached(key: EndingKey, nowMs: number): Expiring | undefined {
  const expiresAt = present(key.expires_at)
  const endsAtMs = Date.parse(expiresAt)
  const daysBefore = STAGES.find((days) => endsAtMs - days * DAY_MS <= nowMs)
  if (daysBefore === undefined) return undefined
  const isUsed = key.last_at_ms !== null && key.last_at_ms >= nowMs - USED_WITHIN_MS
  const setAtMs = Date.parse(key.expiry_set_at ?? key.created_at)
  if (!isUsed || endsAtMs - daysBefore * DAY_MS <= setAtMs) return undefined
  return {
    keyId: key.id,
    organizationId: key.organization_id,
    expiresAt,
    daysBefore,
    label: key.label,
    last4: key.last4,
    createdById: key.created_by_id,
  }
}

/** Records the stages that were not recorded. @returns those about which nobody was mailed */
async function noteStages(ctx: Context, reached: Expiring[]): Promise<Expiring[]> {
  const noted = await selectNotices(
    ctx.committed,
    reached.map(({ keyId }) => keyId),
  )
  const noticeOf = (one: Expiring) =>
    noted.find(
      (it) =>
        it.key_id === one.keyId &&
        it.expires_at === one.expiresAt &&
        it.days_before === one.daysBefore,
    )
  const fresh = reached.filter((one) => !noticeOf(one))
  if (fresh.length > 0)
    await inTransactionAtOnce(ctx, async (tx) => {
      for (const one of fresh) {
        if (!(await insertNotice(tx.db, one))) continue
        const { organizationId, keyId, expiresAt, daysBefore } = one
        const changes = { expiresAt, daysBefore }
        await recordEvent(tx, systemPrincipal, {
          action: 'key.expiring',
          organizationId,
          keyId,
          changes,
        })
      }
    })
  return reached.filter((one) => (noticeOf(one)?.mailed_at ?? null) === null)
}
