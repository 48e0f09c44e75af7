import {
  isKeyId,
  type ApiKey,
  type CountKeysQuery,
  type KeyCounts,
  type KeyPage,
  type ListKeysQuery,
} from '@zentrix/shared/schemas/keys.ts'
import type { Context } from '../../context.ts'
import { NotFoundError } from '../../../lib/errors.ts'
import type { TenantPrincipal } from '../../principals.ts'
import { noPolicy } from '@zentrix/shared/policy.ts'
import { getPolicy } from '../../policy/policy-reads.ts'
import { settleUsage } from '../../usage/write-behind/flush-usage.ts'
import { hashSecret } from '../../../crypto/hash.ts'
import { findKeyWithUse, findKeyWithUseByHash } from './key-with-use.store.ts'
import { countActiveByCreator, countKeysByStatus, listKeysWithUse } from './key-list.store.ts'
import { findKey } from '../keys.store.ts'

/** One page of the organization's keys with their last uses, latest first. */
export async function listKeys(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  query: ListKeysQuery,
): Promise<KeyPage> {
  await settleUsage(ctx)
  const { dialect, browsing } = ctx.database
  const policy =
    query.hygiene === 'breaks-policy' ? await getPolicy(ctx, { organizationId }) : noPolicy
  return browsing.read((db) =>
    listKeysWithUse(db, organizationId, query, ctx.now(), { policy, dialect }),
  )
}

/** How many of the organization's keys fit the conditions, by state. */
export async function countKeys(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  query: CountKeysQuery,
): Promise<KeyCounts> {
  return ctx.database.browsing.read((db) => countKeysByStatus(db, organizationId, query, ctx.now()))
}

/** How many active keys each of these people made; those without any are missing. */
export async function countKeysMadeBy(
  ctx: Context,
  organizationId: string,
  userIds: string[],
): Promise<Map<string | null, number>> {
  return ctx.database.browsing.read((db) =>
    countActiveByCreator(db, organizationId, userIds, ctx.now()),
  )
}

/**
 * The key of the organization that has this secret, in any state, with its last use up to now.
 *
 * @param secret any text
 * @throws {NotFoundError} for a text that is no key, and for a key of another organization
 */
export async function getKeyBySecret(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  secret: string,
): Promise<ApiKey> {
  await settleUsage(ctx)
  const hash = hashSecret(secret)
  const key = await findKeyWithUseByHash(ctx.committed, organizationId, hash, ctx.now())
  if (!key) throw new NotFoundError('Key not found')
  return key
}

/**
 * One key of an organization as people and services see it: committed, with its last use up to now.
 *
 * @throws {NotFoundError} when it does not exist, or belongs to another organization
 */
export async function getKeyWithUse(
  ctx: Context,
  { organizationId }: { organizationId: string },
  id: string,
): Promise<ApiKey> {
  await settleUsage(ctx)
  const key = isKeyId(id)
    ? await findKeyWithUse(ctx.committed, organizationId, id, ctx.now())
    : undefined
  if (!key) throw new NotFoundError('Key not found')
  return key
}

/** The same with its last use as far as that is written, for readers that must not wait for it. */
export async function findWrittenKey(
  ctx: Context,
  organizationId: string,
  id: string,
): Promise<ApiKey | undefined> {
  return findKeyWithUse(ctx.committed, organizationId, id, ctx.now())
}

/**
 * One key of an organization as a verb works on it, in its transaction; without its last use.
 *
 * @throws {NotFoundError} when it does not exist, or belongs to another organization
 */
export async function getKey(
  ctx: Context,
  { organizationId }: { organizationId: string },
  id: string,
): Promise<ApiKey> {
  // A text that cannot be an id never reaches the database: PostgreSQL would fail on a NUL.
  const key = isKeyId(id) ? await findKey(ctx.db, organizationId, id, ctx.now()) : undefined
  if (!key) throw new NotFoundError('Key not found')
  return key
}
