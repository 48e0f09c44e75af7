// People written into the database, which spares two hashes of a password each.
import { randomUUID } from 'node:crypto'
import { hmac } from '../../../server/src/crypto/hash.ts'
import { makeId } from '../../../server/src/crypto/ids.ts'
import type { Context } from '../../../server/src/features/context.ts'
import { insertUser } from '../../../server/src/features/people/identity/people.store.ts'
import {
  cookieName,
  sessionSecret,
} from '../../../server/src/features/people/identity/session-cookie.ts'
import { storedBoolean } from '../../../server/src/store/schema/dialect.ts'
import { sharedHash } from './passwords.ts'

/** The password of everyone here. */
export const PASSWORD = 'correct horse battery staple'

const SESSION_MS = 3_600_000

export type Account = { id: string; name: string; email: string }

/** Writes an account, which belongs to no organization yet. */
export async function insertAccount(
  ctx: Context,
  { name, email }: { name: string; email: string },
): Promise<Account> {
  const at = ctx.now()
  const id = makeId('usr', at)
  const dates = { created_at: at, updated_at: at }
  await insertUser(
    ctx.db,
    {
      id,
      name,
      email,
      email_verified: storedBoolean(ctx.database.dialect, false),
      image: null,
      ...dates,
    },
    {
      id: randomUUID(),
      account_id: id,
      provider_id: 'credential',
      user_id: id,
      access_token: null,
      refresh_token: null,
      id_token: null,
      access_token_expires_at: null,
      refresh_token_expires_at: null,
      scope: null,
      password: await sharedHash(PASSWORD),
      ...dates,
    },
  )
  return { id, name, email }
}

/** Writes a session in that organization. @returns its cookie, as a browser sends it */
export async function insertSession(
  ctx: Context,
  userId: string,
  organizationId: string,
): Promise<{ name: string; value: string }> {
  const at = ctx.now()
  const token = randomUUID()
  await ctx.db
    .insertInto('sessions')
    .values({
      id: randomUUID(),
      expires_at: new Date(Date.now() + SESSION_MS).toISOString(),
      token,
      ip_address: null,
      user_agent: null,
      user_id: userId,
      active_organization_id: organizationId,
      created_at: at,
      updated_at: at,
    })
    .execute()
  const signature = hmac(Buffer.from(sessionSecret(ctx)), token).toString('base64')
  return {
    name: cookieName(ctx, 'session_token'),
    value: encodeURIComponent(`${token}.${signature}`),
  }
}
