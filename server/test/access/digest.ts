import { createHash } from 'node:crypto'
import type { TestApi } from '../kit.ts'

/** Counts of uses, which refusals move too. */
const moving = ['key_usage', 'service_token_uses']

type Row = Record<string, unknown>

/** A digest of each table's rows, whatever their order. */
export async function digestTables({ ctx }: TestApi): Promise<Record<string, string>> {
  const tables = await ctx.db.introspection.getTables()
  const names = tables.map(({ name }) => name).filter((name) => !moving.includes(name))
  const digests = await Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const query = ctx.db.selectFrom(name as 'users').selectAll()
      const rows: Row[] = await query.execute()
      const kept = name === 'sessions' ? rows.flatMap(lastingPartOf) : rows
      const lines = kept.map((row) => JSON.stringify(row)).toSorted()
      return [name, createHash('sha256').update(lines.join('\n')).digest('hex')]
    }),
  )
  return Object.fromEntries(digests)
}

/** better-auth prolongs a session that is used, and deletes one that it finds expired. */
function lastingPartOf({ expires_at: expiresAt, updated_at: _, ...lasting }: Row): Row[] {
  return new Date(String(expiresAt)).getTime() > Date.now() ? [lasting] : []
}
