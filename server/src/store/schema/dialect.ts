// The names that each database has for the same thing.

export type DialectName = 'sqlite' | 'postgres'

/**
 * Column types as migrations name them. A moment is ISO 8601 text on SQLite and `timestamptz` on
 * PostgreSQL; queries read and write it as ISO text on both.
 */
export type ColumnTypes = {
  dialect: DialectName
  timestamp: 'text' | 'timestamptz(3)'
  boolean: 'integer' | 'boolean'
  bytes: 'blob' | 'bytea'
}

export const columnTypes: Record<DialectName, ColumnTypes> = {
  sqlite: { dialect: 'sqlite', timestamp: 'text', boolean: 'integer', bytes: 'blob' },
  postgres: {
    dialect: 'postgres',
    timestamp: 'timestamptz(3)',
    boolean: 'boolean',
    bytes: 'bytea',
  },
}

/** A truth value as its column keeps it: SQLite has none, and its driver refuses JavaScript's. */
export function storedBoolean(dialect: DialectName, value: boolean): boolean | number {
  return dialect === 'sqlite' ? Number(value) : value
}
