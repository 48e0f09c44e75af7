import { roles, type Role } from '@zentrix/shared/scopes.ts'
import { readMoment, readOneOf } from '../../../lib/reading/read-values.ts'
import type { Db } from '../../../store/schema/database.ts'
import type {
  PortalLinksTable,
  PortalSessionsTable,
} from '../../../store/schema/people/portal-sessions.ts'

export async function insertPortalLink(db: Db, link: PortalLinksTable): Promise<void> {
  await db.insertInto('portal_links').values(link).execute()
}

/** Whether a link with this code can be opened. */
export async function hasPortalLink(db: Db, codeHash: string, now: string): Promise<boolean> {
  const row = await db
    .selectFrom('portal_links')
    .select('code_hash')
    .where('code_hash', '=', codeHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

/** Takes a link out of the table: of two concurrent openings, one gets the row. */
export async function takePortalLink(db: Db, codeHash: string, now: string) {
  const row = await db
    .deleteFrom('portal_links')
    .where('code_hash', '=', codeHash)
    .where('expires_at', '>', now)
    .returning([
      'organization_id',
      'external_id',
      'name',
      'email',
      'role',
      'made_by',
      'return_url',
      'expires_at',
      'session_expires_at',
    ])
    .executeTakeFirst()
  if (row === undefined) return undefined
  // As text, a value that cannot be read could be later than any moment.
  readMoment(row.expires_at, 'portal_links.expires_at')
  return {
    organizationId: row.organization_id,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    role: readOneOf(row.role, roles, 'portal_links.role'),
    madeBy: row.made_by,
    returnUrl: row.return_url,
    sessionExpiresAt: readMoment(row.session_expires_at, 'portal_links.session_expires_at'),
  }
}

type PortalPerson = {
  organizationId: string
  externalId: string
  name: string
  email: string
  role: Role
}

/** Finds the person of an external id again, or adds them. @returns their id */
export async function putPortalPerson(
  db: Db,
  { organizationId, externalId, ...person }: PortalPerson,
  added: { id: string; now: string },
): Promise<string> {
  const { name, email, role } = person
  const { id } = await db
    .insertInto('portal_people')
    .values({
      id: added.id,
      organization_id: organizationId,
      external_id: externalId,
      name,
      email,
      role,
      created_at: added.now,
    })
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'external_id']).doUpdateSet({ name, email, role }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function insertPortalSession(db: Db, session: PortalSessionsTable): Promise<void> {
  await db.insertInto('portal_sessions').values(session).execute()
}

/** The person with a session, as they are now. */
export async function findPortalSession(db: Db, tokenHash: string, now: string) {
  const row = await db
    .selectFrom('portal_sessions')
    .innerJoin('portal_people', 'portal_people.id', 'portal_sessions.person_id')
    .innerJoin('organizations', 'organizations.id', 'portal_people.organization_id')
    .select([
      'portal_people.id as userId',
      'portal_people.name',
      'portal_people.email',
      'portal_people.role',
      'portal_people.organization_id as organizationId',
      'organizations.name as organizationName',
      'portal_sessions.return_url as returnUrl',
      'portal_sessions.expires_at as expiresAt',
    ])
    .where('portal_sessions.token_hash', '=', tokenHash)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const expiresAt = readMoment(row.expiresAt, 'portal_sessions.expires_at')
  if (expiresAt === null || expiresAt <= now) return undefined
  return { ...row, expiresAt, role: readOneOf(row.role, roles, 'portal_people.role') }
}

export async function deletePortalSession(db: Db, tokenHash: string): Promise<void> {
  await db.deleteFrom('portal_sessions').where('token_hash', '=', tokenHash).execute()
}

/**
 * Ends the unused links and the sessions of a person. The links first: one that is being opened
 * makes this wait until its session can be seen, and be ended too.
 *
 * @returns the person's id and name, if a session ended
 */
export async function deletePortalSessions(
  db: Db,
  organizationId: string,
  externalId: string,
): Promise<{ id: string; name: string } | undefined> {
  await db
    .deleteFrom('portal_links')
    .where('organization_id', '=', organizationId)
    .where('external_id', '=', externalId)
    .execute()
  const person = await db
    .selectFrom('portal_people')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  if (person === undefined) return undefined
  const { numDeletedRows } = await db
    .deleteFrom('portal_sessions')
    .where('person_id', '=', person.id)
    .executeTakeFirst()
  return numDeletedRows > 0n ? person : undefined
}

/** Deletes all sessions of a person except the newest `kept`. */
export async function deleteOldestPortalSessions(
  db: Db,
  personId: string,
  kept: number,
): Promise<void> {
  await db
    .deleteFrom('portal_sessions')
    .where('person_id', '=', personId)
    .where('token_hash', 'not in', (eb) =>
      eb
        .selectFrom('portal_sessions')
        .select('token_hash')
        .where('person_id', '=', personId)
        .orderBy('created_at', 'desc')
        .orderBy('token_hash')
        .limit(kept),
    )
    .execute()
}

/** Deletes some of the expired links. @returns how many */
export async function deleteExpiredPortalLinks(
  db: Db,
  now: string,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('portal_links')
    .where('code_hash', 'in', (eb) =>
      eb.selectFrom('portal_links').select('code_hash').where('expires_at', '<=', now).limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Deletes some of the expired sessions. @returns how many */
export async function deleteExpiredPortalSessions(
  db: Db,
  now: string,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('portal_sessions')
    .where('token_hash', 'in', (eb) =>
      eb
        .selectFrom('portal_sessions')
        .select('token_hash')
        .where('expires_at', '<=', now)
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
