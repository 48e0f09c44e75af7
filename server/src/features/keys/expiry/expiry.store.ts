import { acceptedSlot } from '../../../store/usage/accepted-slot.ts'
import { SLOTS_PER_OUTCOME } from '../../../store/usage/slot.ts'
import type { Db } from '../../../store/schema/database.ts'

export type EndingKey = Awaited<ReturnType<typeof listEndingKeys>>[number]

/** A page of all organizations' unrevoked keys that end in a time, those that end first at the beginning. */
export async function listEndingKeys(
  db: Db,
  { from, upTo }: { from: string; upTo: string },
  after: { expiresAt: string; id: string } | undefined,
  limit: number,
) {
  let keys = db
    .selectFrom('api_keys')
    .select((eb) => [
      'api_keys.id',
      'api_keys.organization_id',
      'api_keys.label',
      'api_keys.last4',
      'api_keys.created_by_id',
      'api_keys.created_at',
      'api_keys.expires_at',
      'api_keys.expiry_set_at',
      eb
        .selectFrom('key_usage')
        .select('key_usage.last_at_ms')
        .where('key_usage.slot', '=', (inner) =>
          inner
            .selectFrom('key_usage as latest')
            .select((latest) => latest.fn.max('latest.slot').as('slot'))
            .where('latest.slot', '>=', acceptedSlot(0))
            .where('latest.slot', '<', acceptedSlot(SLOTS_PER_OUTCOME)),
        )
        .as('last_at_ms'),
    ])
    .where('api_keys.revoked_at', 'is', null)
    .where('api_keys.expires_at', '>', from)
    .where('api_keys.expires_at', '<=', upTo)
  if (after)
    keys = keys.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('api_keys.expires_at', 'api_keys.id'), '>', tuple(after.expiresAt, after.id)),
    )
  return keys.orderBy('api_keys.expires_at').orderBy('api_keys.id').limit(limit).execute()
}

export type Notice = {
  keyId: string
  organizationId: string
  expiresAt: string
  daysBefore: number
}

/** A key that ends soon, with the stage that it has reached. */
export type Expiring = Notice & { label: string; last4: string; createdById: string | null }

/** Notes a stage before a key's end, unless it was noted. @returns whether it is new */
export async function insertNotice(
  db: Db,
  { keyId, organizationId, expiresAt, daysBefore }: Notice,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('expiry_notices')
    .values({
      key_id: keyId,
      organization_id: organizationId,
      expires_at: expiresAt,
      days_before: daysBefore,
      mailed_at: null,
    })
    .onConflict((conflict) => conflict.columns(['key_id', 'expires_at', 'days_before']).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** The stages that were noted of some keys. */
export async function selectNotices(db: Db, keyIds: string[]) {
  if (keyIds.length === 0) return []
  return db
    .selectFrom('expiry_notices')
    .select(['key_id', 'expires_at', 'days_before', 'mailed_at'])
    .where('key_id', 'in', keyIds)
    .execute()
}

/** Says whether the mails about a stage have been handed over. */
export async function setMailed(
  db: Db,
  { keyId, expiresAt, daysBefore }: Notice,
  mailedAt: string | null,
): Promise<void> {
  await db
    .updateTable('expiry_notices')
    .set({ mailed_at: mailedAt })
    .where('key_id', '=', keyId)
    .where('expires_at', '=', expiresAt)
    .where('days_before', '=', daysBefore)
    .execute()
}

/** Deletes the notices about ends that are over. */
export async function deleteEndedNotices(db: Db, before: string): Promise<void> {
  await db.deleteFrom('expiry_notices').where('expires_at', '<', before).execute()
}
