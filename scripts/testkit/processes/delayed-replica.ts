// Test-only: a fault that the revocation checker must find. A second database that gets every change
// of a key, but late, as a read replica is. The service itself refuses to work on a real standby.
import pg from 'pg'
import { openDatabase } from '../../../server/src/store/open-database.ts'
import { createDatabase, type Postgres } from './postgres.ts'

const SLOT = 'delayed'

/** Two databases on one server: keys of the first reach the second after that long. */
export async function delayedReplica(
  server: Postgres,
  delayMs: number,
): Promise<{ databaseUrl: string; replicaUrl: string }> {
  await run(server.url, "alter system set wal_level = 'logical'")
  await server.crash()
  await server.resume()
  const databaseUrl = await createDatabase(server.url, 'revocation_primary', 'template0')
  const replicaUrl = await createDatabase(server.url, 'revocation_replica', 'template0')
  for (const url of [databaseUrl, replicaUrl])
    await (await openDatabase({ dialect: 'postgres', url }, { as: 'command' })).close()
  await run(
    databaseUrl,
    `create publication ${SLOT} for table api_keys`,
    `select pg_create_logical_replication_slot('${SLOT}', 'pgoutput')`,
  )
  await run(
    replicaUrl,
    `create function late() returns trigger language plpgsql as
     $$ begin perform pg_sleep(${delayMs / 1000}); return new; end $$`,
    'create trigger late before update on api_keys for each row execute function late()',
    'alter table api_keys enable replica trigger late',
    `create subscription ${SLOT} connection 'dbname=revocation_primary ${address(server.url)}'
     publication ${SLOT} with (create_slot = false, slot_name = '${SLOT}', copy_data = false)`,
  )
  return { databaseUrl, replicaUrl }
}

function address(url: string): string {
  const { hostname, port, username } = new URL(url)
  return `host=${hostname} port=${port} user=${username}`
}

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}
