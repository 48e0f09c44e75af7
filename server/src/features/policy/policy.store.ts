import { noPolicy, type Policy } from '@zentrix/shared/policy.ts'
import { readCountOrNull, readFlag } from '../../lib/reading/read-values.ts'
import type { Db } from '../../store/schema/database.ts'

/** The organization's policy; no rules where it never set one. */
export async function selectPolicy(db: Db, organizationId: string): Promise<Policy> {
  const row = await db
    .selectFrom('policies')
    .select(['max_lifetime_days', 'require_allowed_ips', 'require_scopes'])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
  if (row === undefined) return noPolicy
  return {
    maxLifetimeDays: readCountOrNull(row.max_lifetime_days, 'policies.max_lifetime_days'),
    requireAllowedIps: readFlag(row.require_allowed_ips, 'policies.require_allowed_ips'),
    requireScopes: readFlag(row.require_scopes, 'policies.require_scopes'),
  }
}

export async function upsertPolicy(
  db: Db,
  organizationId: string,
  policy: Policy,
  now: string,
): Promise<void> {
  const columns = {
    max_lifetime_days: policy.maxLifetimeDays,
    require_allowed_ips: Number(policy.requireAllowedIps),
    require_scopes: Number(policy.requireScopes),
    updated_at: now,
  }
  await db
    .insertInto('policies')
    .values({ organization_id: organizationId, ...columns })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(columns))
    .execute()
}
