import { sql, type Kysely } from 'kysely'
import { storedBoolean, type ColumnTypes } from '../schema/dialect.ts'

/** People, their sessions and organizations: the tables that better-auth works on. */
export function people({ dialect, timestamp, boolean }: ColumnTypes) {
  const timestampType = sql.raw(timestamp)
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('users')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('email', 'text', (column) => column.notNull().unique())
        .addColumn('email_verified', boolean, (column) => column.notNull())
        .addColumn('two_factor_enabled', boolean, (column) =>
          column.notNull().defaultTo(storedBoolean(dialect, false)),
        )
        .addColumn('image', 'text')
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('updated_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('sessions')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('expires_at', timestampType, (column) => column.notNull())
        .addColumn('token', 'text', (column) => column.notNull().unique())
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('updated_at', timestampType, (column) => column.notNull())
        .addColumn('ip_address', 'text')
        .addColumn('user_agent', 'text')
        .addColumn('user_id', 'text', (column) =>
          column.notNull().references('users.id').onDelete('cascade'),
        )
        .addColumn('active_organization_id', 'text')
        .execute()
      await db.schema.createIndex('sessions_user_id').on('sessions').column('user_id').execute()
      await db.schema
        .createTable('accounts')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('provider_id', 'text', (column) => column.notNull())
        .addColumn('user_id', 'text', (column) =>
          column.notNull().references('users.id').onDelete('cascade'),
        )
        .addColumn('access_token', 'text')
        .addColumn('refresh_token', 'text')
        .addColumn('id_token', 'text')
        .addColumn('access_token_expires_at', timestampType)
        .addColumn('refresh_token_expires_at', timestampType)
        .addColumn('scope', 'text')
        .addColumn('password', 'text')
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('updated_at', timestampType, (column) => column.notNull())
        .execute()
      await db.schema.createIndex('accounts_user_id').on('accounts').column('user_id').execute()
      await db.schema
        .createTable('two_factors')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('user_id', 'text', (column) =>
          column.notNull().unique().references('users.id').onDelete('cascade'),
        )
        .addColumn('secret', 'text', (column) => column.notNull())
        .addColumn('backup_codes', 'text', (column) => column.notNull())
        .addColumn('verified', boolean, (column) => column.notNull())
        .addColumn('failed_verification_count', 'integer', (column) =>
          column.notNull().defaultTo(0),
        )
        .addColumn('locked_until', timestampType)
        .execute()
      await db.schema
        .createTable('verifications')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('identifier', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addColumn('expires_at', timestampType, (column) => column.notNull())
        .addColumn('created_at', timestampType)
        .addColumn('updated_at', timestampType)
        .execute()
      await db.schema
        .createIndex('verifications_identifier')
        .on('verifications')
        .column('identifier')
        .execute()
      await db.schema
        .createTable('organizations')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('slug', 'text', (column) => column.notNull().unique())
        .addColumn('logo', 'text')
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('metadata', 'text')
        .addColumn('subscription', 'text', (column) => column.notNull().defaultTo('active'))
        .execute()
      await db.schema
        .createTable('members')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('organization_id', 'text', (column) =>
          column.notNull().references('organizations.id').onDelete('cascade'),
        )
        .addColumn('user_id', 'text', (column) =>
          column.notNull().references('users.id').onDelete('cascade'),
        )
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addUniqueConstraint('members_organization_user', ['organization_id', 'user_id'])
        .execute()
      await db.schema.createIndex('members_user_id').on('members').column('user_id').execute()
      await db.schema
        .createTable('invitations')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('organization_id', 'text', (column) =>
          column.notNull().references('organizations.id').onDelete('cascade'),
        )
        .addColumn('email', 'text', (column) => column.notNull())
        .addColumn('role', 'text')
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('expires_at', timestampType, (column) => column.notNull())
        .addColumn('created_at', timestampType, (column) => column.notNull())
        .addColumn('inviter_id', 'text', (column) =>
          column.notNull().references('users.id').onDelete('cascade'),
        )
        .execute()
      await db.schema
        .createIndex('invitations_organization_id')
        .on('invitations')
        .column('organization_id')
        .execute()
    },
  }
}
