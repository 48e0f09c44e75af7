import { MAX_REVOKED_AT_ONCE } from '@zentrix/shared/limits.ts'
import { DAY_MS, toMoment } from '@zentrix/shared/moment.ts'
import { refusalSentences } from '@zentrix/shared/refusals.ts'
import { isKeyId } from '@zentrix/shared/schemas/keys.ts'
import type {
  KeyInBrief,
  KeysToRevoke,
  RevokedMany,
  RevokeManyInput,
} from '@zentrix/shared/schemas/revoke-many.ts'
import type { Context } from '../../context.ts'
import { AppError, ConflictError } from '../../../lib/errors.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { recordEvent, type Actor } from '../../audit/record-event.ts'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import { settleUsage } from '../../usage/write-behind/flush-usage.ts'
import { listFittingKeys, markFittingRevoked } from './fitting-keys.store.ts'

type By = Actor & { organizationId: string }

/**
 * Ends every unrevoked key of the organization that fits all of the conditions, or none: once this
 * has returned, no request that starts afterwards is accepted with any of them. Each has an audit
 * event of its own, with the one reason.
 *
 * @throws {ConflictError} when more fit than may be ended at once, or another number than was
 *   expected; then nothing is changed
 * @throws {AppError} `UNAVAILABLE` when it cannot be told which keys were not used
 */
export async function revokeMany(
  ctx: Context,
  by: By,
  { filter, reason = null, dryRun = false, expect }: RevokeManyInput,
): Promise<RevokedMany> {
  // Where uses could not be written, a key that is in use would look unused.
  if (!(await settleUsage(ctx)) && filter.unusedSince !== undefined)
    throw new AppError('UNAVAILABLE', refusalSentences.UNAVAILABLE)
  const conditions = readConditions(filter)
  const fitting = await ctx.database.browsing.read((db) =>
    listFittingKeys(db, by.organizationId, conditions, MAX_REVOKED_AT_ONCE + 1),
  )
  assertFew(fitting.length)
  if (!dryRun) return endFitting(ctx, by, { conditions, fitting, reason, expect })
  assertExpected(fitting.length, expect)
  return toAnswer(fitting, ctx.nowMs())
}

type Ending = {
  conditions: KeysToRevoke
  /** The keys that fitted before the transaction, with their last uses. */
  fitting: KeyInBrief[]
  reason: string | null
  expect: number | undefined
}

/**
 * Looks for the keys again in its transaction, because they may have changed meanwhile. Uses are not
 * looked at again: on SQLite they are in a file that no transaction reads.
 */
async function endFitting(
  ctx: Context,
  by: By,
  { conditions, fitting, reason, expect }: Ending,
): Promise<RevokedMany> {
  const { organizationId } = by
  const known = new Map(fitting.map((key) => [key.id, key]))
  const revoked = await inTransaction(ctx, async (tx) => {
    // No key is made meanwhile, and no two of these transactions wait for each other's keys.
    await holdOrganization(tx, organizationId)
    const revocation = { at: tx.now(), byId: by.id, byName: by.name, reason }
    const unused = conditions.unusedSince === undefined ? undefined : [...known.keys()]
    const keys = await markFittingRevoked(tx.db, organizationId, conditions, unused, revocation)
    assertFew(keys.length)
    assertExpected(keys.length, expect)
    const changes = reason === null ? {} : { reason }
    for (const { id } of keys)
      await recordEvent(tx, by, { action: 'key.revoked', organizationId, keyId: id, changes })
    return keys
  })
  return toAnswer(
    revoked.map((key) => known.get(key.id) ?? key),
    ctx.nowMs(),
  )
}

/** A text that cannot be an id never reaches the database: PostgreSQL would fail on a NUL. */
function readConditions({ ids, ...others }: KeysToRevoke): KeysToRevoke {
  return ids === undefined ? others : { ...others, ids: ids.filter(isKeyId) }
}

function assertFew(count: number): void {
  if (count > MAX_REVOKED_AT_ONCE)
    throw new ConflictError(
      `More than ${MAX_REVOKED_AT_ONCE.toLocaleString('en')} keys fit, which is as many as may be revoked at once: give more conditions`,
    )
}

function assertExpected(count: number, expected: number | undefined): void {
  if (expected !== undefined && count !== expected)
    throw new ConflictError(
      `${count === 1 ? '1 key fits' : `${count.toLocaleString('en')} keys fit`}, not ${expected.toLocaleString('en')}: nothing was revoked`,
    )
}

function toAnswer(keys: KeyInBrief[], nowMs: number): RevokedMany {
  const dayAgo = toMoment(nowMs - DAY_MS)
  const newestFirst = keys.toSorted((a, b) => order(b) - order(a) || (a.id < b.id ? 1 : -1))
  return {
    matched: keys.length,
    usedInLastDay: keys.filter(({ lastUsedAt }) => lastUsedAt !== null && lastUsedAt >= dayAgo)
      .length,
    keyIds: newestFirst.map(({ id }) => id),
    keys: newestFirst,
  }
}

function order({ createdAt }: KeyInBrief): number {
  return Date.parse(createdAt)
}
