import type { Insertable } from 'kysely'
import { environments } from '@zentrix/shared/keys/environments.ts'
import { MAX_UNREVOKED_KEYS } from '@zentrix/shared/limits.ts'
import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import type { ApiKeysTable } from '../../../server/src/store/schema/keys.ts'
import type { TestApi } from './kit.ts'
import { DAY_MS, HOUR_MS } from '@zentrix/shared/moment.ts'

// SQLite takes at most 32,766 parameters in one statement.
const ROWS_AT_ONCE = 999

type KeyRow = Insertable<ApiKeysTable>

/** Writes as many keys as it takes for the organization to have all that it may have. */
export async function fillOrganization(
  api: TestApi,
  organizationId: string,
  has: number,
): Promise<void> {
  const rows = Array.from({ length: MAX_UNREVOKED_KEYS - has }, (_, at) =>
    plainKey(api, organizationId, has + at),
  )
  await insertKeys(api, rows)
}

function plainKey({ clock }: TestApi, organizationId: string, at: number): KeyRow {
  return {
    id: `key_${String(at).padStart(6, '0')}`,
    hash_head: BigInt(at),
    hash: Buffer.from(`hash ${at}`),
    organization_id: organizationId,
    last4: 'last',
    label: 'x',
    label_folded: 'x',
    environment: 'production',
    scopes: '[]',
    allowed_ips: '[]',
    created_at: clock.now(),
  }
}

async function insertKeys({ ctx }: TestApi, rows: KeyRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE)
    await ctx.db
      .insertInto('api_keys')
      .values(rows.slice(start, start + ROWS_AT_ONCE))
      .execute()
}

/**
 * Fills an organization with keys of all kinds, made over 400 days and used over the last 100 of
 * them: a tenth was revoked, a fifth has expired, a third never expires, a quarter is unused.
 */
export async function fillWithUse(api: TestApi, organizationId: string): Promise<void> {
  const { ctx, clock } = api
  const now = clock.nowMs()
  const moment = (days: number) => new Date(now + days * DAY_MS).toISOString()
  const count = Math.floor(MAX_UNREVOKED_KEYS / 0.9)
  const rows = Array.from({ length: count }, (_, at): KeyRow => {
    const label = `Server ${at % 97} of ${['Köln', 'Pune', 'São Paulo'][at % 3]}, rack ${at}`
    const expiresInDays = [null, at % 5 === 0 ? -1 : 30, 300][at % 3]!
    return {
      ...plainKey(api, organizationId, at),
      label,
      label_folded: label.toLowerCase(),
      last4: at.toString(36).padStart(4, '0'),
      environment: environments[at % environments.length]!,
      created_at: moment(-400 + (at * 400) / count),
      expires_at: expiresInDays === null ? null : moment(expiresInDays),
      revoked_at: at % 10 === 9 ? moment(0) : null,
    }
  })
  await insertKeys(api, rows)
  const numbers = await ctx.committed
    .selectFrom('api_keys')
    .select(['number', 'environment'])
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .execute()
  for (const [at, { number, environment }] of numbers.entries())
    for (let use = at % 4 === 0 ? 8 : 0; use < 8; use++)
      ctx.usage.record(
        { number, organizationId, environment },
        outcomes[use % 4 === 3 ? 2 : 0]!,
        now - ((at * 13 + use * 300) % 2400) * HOUR_MS,
        '203.0.113.7',
      )
  await ctx.usage.flush()
}
