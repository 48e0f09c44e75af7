import type { TableName } from '../schema/tables.ts'

/** Tables of rows that were valid for a while, and may have ended or been used since the copy. */
const passing: TableName[] = [
  'sessions',
  'verifications',
  'portal_links',
  'portal_sessions',
  'idempotent_results',
  'spent_tokens',
]

/** The name, in `deployment`, of the moment at which a backup took the place of what there was. */
export const RESTORED_AT = 'restored_at'

/** The name, there, of the mark that verifiers may be trusting copies of keys. */
export const LEASES_OUT = 'leases-out'

/**
 * Statements for a database that goes back to an earlier moment, before anybody uses it: sessions,
 * links and results end, and so do widget tokens, because we no longer know which are spent.
 * The service that was stopped for this may have granted leases that the backup knows nothing of.
 */
export function statementsOfRestore(): string[] {
  const now = new Date().toISOString()
  return [
    ...passing.map((table) => `delete from ${table}`),
    `insert into deployment (name, value) values ('${RESTORED_AT}', '${now}')
     on conflict (name) do update set value = excluded.value`,
    `insert into deployment (name, value) values ('${LEASES_OUT}', '${now}')
     on conflict (name) do nothing`,
  ]
}

/**
 * Statements for a database that was moved to a file; a move is of one moment, and ends nothing. On
 * PostgreSQL the rows of nodes say that leases may be out, which a service on a file does not read.
 */
export function statementsOfMove(): string[] {
  const now = new Date().toISOString()
  return [
    `insert into deployment (name, value)
     select '${LEASES_OUT}', '${now}' where exists (select 1 from lease_nodes)
     on conflict (name) do nothing`,
    'delete from lease_nodes',
  ]
}
