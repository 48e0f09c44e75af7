import { MAX_UNREVOKED_KEYS } from '@zentrix/shared/keys.ts'
import type { TestApi } from './kit.ts'

// SQLite takes at most 32,766 parameters in one statement.
const ROWS_AT_ONCE = 999

/** Writes as many keys as it takes for the organization to have all that it may have. */
export async function fillOrganization(
  { ctx, clock }: TestApi,
  organizationId: string,
  has: number,
): Promise<void> {
  const row = {
    organization_id: organizationId,
    last4: 'last',
    label: 'x',
    label_folded: 'x',
    environment: 'production',
    scopes: '[]',
    allowed_ips: '[]',
    created_at: clock.now(),
  } as const
  for (let start = has; start < MAX_UNREVOKED_KEYS; start += ROWS_AT_ONCE)
    await ctx.db
      .insertInto('api_keys')
      .values(
        Array.from({ length: Math.min(ROWS_AT_ONCE, MAX_UNREVOKED_KEYS - start) }, (_, index) => ({
          ...row,
          id: `key_${start + index}`,
          hash_head: BigInt(start + index),
          hash: Buffer.from(`hash ${start + index}`),
        })),
      )
      .execute()
}
