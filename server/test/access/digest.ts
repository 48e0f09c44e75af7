import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { TestApi } from '../../../scripts/testkit/api/kit.ts'

/** Uses, which refused requests leave as well. */
const moving = ['key_usage', 'key_refusals', 'organization_usage', 'service_token_uses']

type Row = Record<string, unknown>

/** A digest of each table's rows, whatever their order. */
export async function digestTables({ ctx }: TestApi): Promise<Record<string, string>> {
  const tables = await ctx.db.introspection.getTables()
  const names = tables.map(({ name }) => name).filter((name) => !moving.includes(name))
  const digests = await Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const { rows } = await sql<Row>`select * from ${sql.table(name)}`.execute(ctx.db)
      const lasting = name === 'sessions' ? rows.flatMap(lastingPartOf) : rows
      // When a member was last here is written by whatever they ask, also of what is refused.
      const kept =
        name === 'members' ? lasting.map((row) => ({ ...row, last_seen_at: 0 })) : lasting
      const lines = kept.map((row) => JSON.stringify(row)).toSorted()
      return [name, createHash('sha256').update(lines.join('\n')).digest('hex')]
    }),
  )
  return Object.fromEntries(digests)
}

/** better-auth prolongs a session that is used, and deletes one that it finds expired. */
function lastingPartOf({ expires_at: expiresAt, ...row }: Row): Row[] {
  const isLive = new Date(String(expiresAt)).getTime() > Date.now()
  return isLive ? [{ ...row, updated_at: undefined }] : []
}
