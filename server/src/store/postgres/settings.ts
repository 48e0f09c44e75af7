// The settings that a session with PostgreSQL depends on. The server, the database and the role can
// each set anything otherwise, and each of these would then change what is read, or whether it is.

/**
 * Where a setting comes from. `startup`: it is in the startup message; PgBouncer keeps track of
 * these. `connect`: it is set before anything is asked. `check`: it is not ours to change.
 * All three are read before anything is asked, and a connection that has another value is refused.
 * `left`: any value will do.
 */
export type Setting = { name: string; why: string } & (
  | { from: 'startup' | 'connect' | 'check'; value: string; orAlso?: string[] }
  | { from: 'left' }
)

/** The limits that differ between requests, migrations and copies; all of it is in the startup message. */
export type Limits = {
  statement_timeout: string
  lock_timeout: string
  idle_in_transaction_session_timeout: string
}

const bounded = 'who waits, and for how long, is decided for each pool'

export const limitReasons: Record<keyof Limits, string> = {
  statement_timeout: bounded,
  lock_timeout: bounded,
  idle_in_transaction_session_timeout: bounded,
}

const speed = 'changes how fast an answer comes, not what it says'
const unused = 'nothing of this kind is stored or asked'
const operators = 'the operator decides where and how the server keeps its files'

export const settings: Setting[] = [
  // How values are written.
  { name: 'DateStyle', from: 'startup', value: 'ISO, MDY', why: 'moments are read as ISO 8601' },
  { name: 'TimeZone', from: 'startup', value: 'UTC', why: 'moments are written with its offset' },
  { name: 'client_encoding', from: 'startup', value: 'UTF8', why: 'labels keep their letters' },
  {
    name: 'standard_conforming_strings',
    from: 'startup',
    value: 'on',
    why: 'a backslash in a literal is a backslash',
  },
  { name: 'IntervalStyle', from: 'connect', value: 'postgres', why: 'one way to write a duration' },
  { name: 'bytea_output', from: 'connect', value: 'hex', why: 'hashes are read as hexadecimal' },
  { name: 'extra_float_digits', from: 'connect', value: '1', why: 'no digit of a number is lost' },
  { name: 'array_nulls', from: 'connect', value: 'on', why: 'a copy sends null in arrays' },
  {
    name: 'server_encoding',
    from: 'check',
    value: 'UTF8',
    why: "labels are in any alphabet; make the database with ENCODING 'UTF8'",
  },

  // Row visibility.
  { name: 'search_path', from: 'connect', value: 'public', why: 'the tables are the ones we made' },
  {
    name: 'row_security',
    from: 'connect',
    value: 'off',
    why: 'a policy that would hide a row is an error',
  },
  { name: 'transform_null_equals', from: 'connect', value: 'off', why: 'null equals nothing' },
  {
    name: 'zero_damaged_pages',
    from: 'check',
    value: 'off',
    why: 'a damaged page would be read as an empty one',
  },
  {
    name: 'ignore_checksum_failure',
    from: 'check',
    value: 'off',
    why: 'a damaged page would be believed',
  },
  {
    name: 'session_replication_role',
    from: 'check',
    value: 'origin',
    why: 'triggers and foreign keys would not be obeyed',
  },

  {
    name: 'zentrix.leases',
    from: 'connect',
    value: 'known',
    why: 'a change is answered when verifiers have confirmed it; the database refuses one without',
  },

  // Transactions.
  {
    name: 'transaction_read_only',
    from: 'check',
    value: 'off',
    why: 'it is a standby, or was fenced off',
  },
  {
    name: 'default_transaction_isolation',
    from: 'connect',
    value: 'read committed',
    why: 'statements see what is committed when they begin, and wait for each other',
  },
  {
    name: 'default_transaction_deferrable',
    from: 'connect',
    value: 'off',
    why: 'a read does not wait until nobody writes',
  },
  {
    name: 'synchronous_commit',
    from: 'connect',
    value: 'on',
    orAlso: ['local', 'remote_write', 'remote_apply'],
    why: 'a commit that was acknowledged is on a disk',
  },
  { name: 'exit_on_error', from: 'connect', value: 'off', why: 'a refused row ends no session' },
  { name: 'transaction_timeout', from: 'connect', value: '0', why: 'a copy may take its time' },
  { name: 'idle_session_timeout', from: 'connect', value: '0', why: 'a pool keeps connections' },

  // Messages sent or logged beside the answer.
  {
    name: 'client_min_messages',
    from: 'connect',
    value: 'warning',
    orAlso: ['notice', 'error', 'log'],
    why: 'debugging output would drown the answers',
  },
  {
    name: 'log_parameter_max_length_on_error',
    from: 'connect',
    value: '0',
    why: 'a failed statement does not put labels and names into the log of the server',
  },

  // Decided to be left alone.
  { name: 'allow_alter_system', from: 'left', why: 'the service alters no system' },
  { name: 'backslash_quote', from: 'left', why: 'standard_conforming_strings decides' },
  { name: 'escape_string_warning', from: 'left', why: 'a warning is not an answer' },
  { name: 'quote_all_identifiers', from: 'left', why: 'nothing reads definitions as SQL' },
  { name: 'lo_compat_privileges', from: 'left', why: unused },
  { name: 'synchronize_seqscans', from: 'left', why: 'what needs an order asks for it' },
  { name: 'xmlbinary', from: 'left', why: unused },
  { name: 'xmloption', from: 'left', why: unused },
  { name: 'icu_validation_level', from: 'left', why: 'no collation is made' },
  { name: 'lc_messages', from: 'left', why: 'errors are told apart by their codes' },
  { name: 'lc_monetary', from: 'left', why: unused },
  { name: 'lc_numeric', from: 'left', why: 'nothing is formatted by the server' },
  { name: 'lc_time', from: 'left', why: 'nothing is formatted by the server' },
  { name: 'default_text_search_config', from: 'left', why: unused },
  { name: 'timezone_abbreviations', from: 'left', why: 'moments are sent as ISO 8601 in UTC' },
  { name: 'extension_control_path', from: 'left', why: 'no extension is made' },
  { name: 'dynamic_library_path', from: 'left', why: operators },
  { name: 'local_preload_libraries', from: 'left', why: operators },
  { name: 'session_preload_libraries', from: 'left', why: operators },
  { name: 'jit_provider', from: 'left', why: speed },
  { name: 'gin_fuzzy_search_limit', from: 'left', why: 'there is no such index' },
  { name: 'gin_pending_list_limit', from: 'left', why: 'there is no such index' },
  { name: 'check_function_bodies', from: 'left', why: 'functions are the same everywhere' },
  { name: 'createrole_self_grant', from: 'left', why: 'no role is made' },
  { name: 'default_table_access_method', from: 'left', why: operators },
  { name: 'default_tablespace', from: 'left', why: operators },
  { name: 'default_toast_compression', from: 'left', why: operators },
  { name: 'temp_tablespaces', from: 'left', why: operators },
  { name: 'event_triggers', from: 'left', why: 'the operator decides what watches the schema' },
  { name: 'restrict_nonsystem_relation_kind', from: 'left', why: 'tables are never restricted' },
  { name: 'default_transaction_read_only', from: 'left', why: 'transaction_read_only has it' },
  { name: 'transaction_deferrable', from: 'left', why: 'default_transaction_deferrable has it' },
  { name: 'transaction_isolation', from: 'left', why: 'default_transaction_isolation has it' },
  { name: 'vacuum_freeze_min_age', from: 'left', why: operators },
  { name: 'plan_cache_mode', from: 'left', why: speed },
  {
    name: 'jit',
    from: 'connect',
    value: 'off',
    why: 'to compile a statement takes longer than to run it',
  },
  {
    name: 'log_parameter_max_length',
    from: 'left',
    why: 'the operator of the server decides what it logs; no statement bears the secret of a key',
  },
]
