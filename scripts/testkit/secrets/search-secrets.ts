import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { connect } from '../../../server/src/store/copy/postgres-snapshot.ts'
import { isIssuedBy, secretsIn, type KnownSecrets } from './known-secrets.ts'
import type { Exchange } from './record-http.ts'

/** Where a secret was found that should be nowhere; its beginning is enough to tell which. */
function finding(secret: string, known: KnownSecrets, place: string): string {
  return `${known.kinds.get(secret)} ${secret.slice(0, 12)}… in ${place}`
}

/** The answers that hold a secret without being the one that gives it out. */
export function leaksInAnswers(exchanges: Exchange[], known: KnownSecrets): string[] {
  const inBodies = new Map<string, string[]>() // many answers have the same one, such as a page
  return exchanges.flatMap((exchange) => {
    const { call, status, answered } = exchange
    const inBody = inBodies.get(answered.body) ?? secretsIn(answered.body, known)
    inBodies.set(answered.body, inBody)
    return [...secretsIn(answered.headers, known), ...inBody]
      .filter((secret) => !isIssuedBy(known.kinds.get(secret)!, exchange))
      .map((secret) => finding(secret, known, `the answer ${status} to ${call}`))
  })
}

export function leaksInText(text: string, known: KnownSecrets, place: string): string[] {
  return secretsIn(text, known).map((secret) => finding(secret, known, place))
}

/** The files of a SQLite database, journals among them, as they are on the disk. */
export function leaksInFiles(path: string, known: KnownSecrets): string[] {
  const dir = dirname(path)
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap(({ name }) => leaksInText(readFileSync(join(dir, name), 'latin1'), known, name))
}

/**
 * Every row of every table, bytes as the text that they may be. Asked on a connection of its own,
 * because a test may have ended those of its service.
 */
export async function leaksInRows(databaseUrl: string, known: KnownSecrets): Promise<string[]> {
  const client = await connect(databaseUrl)
  const tables = await client.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  const parts = tables.rows.map(
    ({ name }) => `select row_to_json(${name})::text as text from ${name}`,
  )
  const { rows } = await client.query<{ text: string }>(parts.join(' union all '))
  await client.end()
  const text = rows.map((row) => row.text).join('\n')
  const bytes = [...text.matchAll(/\\\\x((?:[0-9a-f]{2})+)/g)].map(([, hex]) =>
    Buffer.from(hex!, 'hex').toString('latin1'),
  )
  return leaksInText(`${text}\n${bytes.join('\n')}`, known, 'the database')
}
