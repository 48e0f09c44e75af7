/** Faults of a PostgreSQL database, and the right answer to each. */
export type HostileDatabase = {
  name: string
  /** Done to the database after it was migrated; `NAME` stands for its name. */
  statements: string[]
  /** The start says this in one line; otherwise everything works. */
  refused?: RegExp
  /** One setting of "everything at once": tried alone in a campaign. */
  isPart?: boolean
}

const settings: [name: string, values: string[]][] = [
  ['datestyle', ['German', 'SQL, DMY', 'Postgres, YMD']],
  ['intervalstyle', ['sql_standard']],
  ['timezone', ['Asia/Seoul', 'America/St_Johns']],
  ['default_transaction_isolation', ['serializable', 'repeatable read']],
  ['default_transaction_deferrable', ['on']],
  ['statement_timeout', ['1ms']],
  ['lock_timeout', ['1ms']],
  ['idle_in_transaction_session_timeout', ['1ms']],
  ['idle_session_timeout', ['300ms']],
  ['transaction_timeout', ['300ms']],
  ['client_encoding', ['LATIN1']],
  ['standard_conforming_strings', ['off']],
  ['bytea_output', ['escape']],
  ['extra_float_digits', ['-15']],
  ['array_nulls', ['off']],
  ['row_security', ['off']],
  ['transform_null_equals', ['on']],
  ['quote_all_identifiers', ['on']],
  ['exit_on_error', ['on']],
  ['client_min_messages', ['debug5']],
  ['log_parameter_max_length_on_error', ['-1']],
  ['synchronous_commit', ['off']],
  ['plan_cache_mode', ['force_generic_plan']],
  ['lc_messages', ['C']],
]

const set = (name: string, value: string) => `alter database NAME set ${name} = ${quoted(value)}`

function quoted(value: string): string {
  return value
    .split(', ')
    .map((part) => `'${part}'`)
    .join(', ')
}

/** Another application's tables, of the same names, before ours. */
const strangeSchema = [
  'create schema elsewhere',
  'create table elsewhere.api_keys (like public.api_keys)',
  'create table elsewhere.kysely_migration (name text)',
  set('search_path', 'elsewhere, public'),
]

export const hostileDatabases: HostileDatabase[] = [
  ...settings.flatMap(([name, values]) =>
    values.map((value) => ({
      name: `${name} = ${value}`,
      statements: [set(name, value)],
      isPart: true,
    })),
  ),
  { name: 'a schema of another application first', statements: strangeSchema, isPart: true },
  ...[0, 1].map((at) => ({
    name: `every setting at once (${at + 1})`,
    statements: [
      ...settings.map(([name, values]) => set(name, values[at % values.length]!)),
      ...strangeSchema,
    ],
  })),
  {
    name: 'the tables in another schema',
    statements: ['create schema elsewhere', 'alter table api_keys set schema elsewhere'],
    refused: /api_keys is in schema elsewhere/,
  },
  {
    name: 'triggers and foreign keys off',
    statements: [set('session_replication_role', 'replica')],
    refused: /session_replication_role = replica/,
  },
  {
    name: 'damaged pages read as empty',
    statements: [set('zero_damaged_pages', 'on')],
    refused: /zero_damaged_pages = on/,
  },
  {
    name: 'read only',
    statements: [set('default_transaction_read_only', 'on')],
    refused: /refuses writes/,
  },
]
