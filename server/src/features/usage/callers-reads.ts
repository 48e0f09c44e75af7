import { isKeyId } from '@zentrix/shared/schemas/keys.ts'
import type { FoundRefusals, KeyCallers } from '@zentrix/shared/schemas/usage/callers.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import type { TenantPrincipal } from '../principals.ts'
import { findCallers } from './callers.store.ts'
import { settleUsage } from './write-behind/flush-usage.ts'
import { listRefusals, listRefusalsOfRequest } from './refusals.store.ts'
import { findKeyNumber } from './usage.store.ts'

/**
 * Who presents a key, up to now.
 *
 * @throws {NotFoundError} when the key does not exist, or belongs to another organization
 */
export async function getCallers(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  id: string,
): Promise<KeyCallers> {
  await settleUsage(ctx)
  const { browsing, dialect } = ctx.database
  const callers = await browsing.read(async (db) => {
    const number = isKeyId(id) ? await findKeyNumber(db, organizationId, id) : undefined
    if (number === undefined) return undefined
    return {
      addresses: await findCallers(db, dialect, number),
      refusals: await listRefusals(db, number),
    }
  })
  if (!callers) throw new NotFoundError('Key not found')
  return callers
}

/** Refusals of the organization's keys by the id of the request; none where it is not known. */
export async function findRefusals(
  ctx: Context,
  { organizationId }: TenantPrincipal,
  requestId: string,
): Promise<FoundRefusals> {
  await settleUsage(ctx)
  const data = await ctx.database.browsing.read((db) =>
    listRefusalsOfRequest(db, organizationId, requestId),
  )
  return { data }
}
