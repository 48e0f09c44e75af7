import type { Db } from '../../../store/schema/database.ts'

/** The SHA-256 of some of the organization's keys, in hexadecimal, by id. */
export async function findHashes(
  db: Db,
  organizationId: string,
  ids: string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('api_keys')
    .select(['id', 'hash'])
    .where('organization_id', '=', organizationId)
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map(({ id, hash }) => [id, hash.toString('hex')]))
}
