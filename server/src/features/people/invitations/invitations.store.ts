import type { Db } from '../../../store/schema/database.ts'
import type { InvitationsTable } from '../../../store/schema/people/people.ts'

const columns = [
  'invitations.id',
  'invitations.organization_id',
  'invitations.email',
  'invitations.role',
  'invitations.status',
  'invitations.expires_at',
  'invitations.created_at',
  'invitations.inviter_id',
] as const

function selectOpen(db: Db, email: string, now: string) {
  return db
    .selectFrom('invitations')
    .select(columns)
    .where('invitations.email', '=', email)
    .where('invitations.status', '=', 'pending')
    .where('invitations.expires_at', '>', now)
}

/** An invitation to that address that can still be accepted. */
export async function findOpenInvitation(
  db: Db,
  id: string,
  email: string,
  now: string,
): Promise<InvitationsTable | undefined> {
  return selectOpen(db, email, now).where('invitations.id', '=', id).executeTakeFirst()
}

/** The same, with the names that the invited person sees before accepting. */
export async function findInvitationWithNames(db: Db, id: string, email: string, now: string) {
  return selectOpen(db, email, now)
    .where('invitations.id', '=', id)
    .innerJoin('organizations', 'organizations.id', 'invitations.organization_id')
    .innerJoin('users', 'users.id', 'invitations.inviter_id')
    .select([
      'organizations.name as organizationName',
      'organizations.slug as organizationSlug',
      'users.email as inviterEmail',
    ])
    .executeTakeFirst()
}

/** The newest invitation of an address that can still be accepted. @param email in lower case */
export async function findInvitationOf(
  db: Db,
  email: string,
  now: string,
): Promise<InvitationsTable | undefined> {
  return selectOpen(db, email, now)
    .orderBy('invitations.created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** All open invitations of an address to one organization. @param email in lower case */
export async function selectOpenInvitations(
  db: Db,
  organizationId: string,
  email: string,
  now: string,
): Promise<InvitationsTable[]> {
  return selectOpen(db, email, now)
    .where('invitations.organization_id', '=', organizationId)
    .execute()
}

export async function countOpenInvitations(
  db: Db,
  organizationId: string,
  now: string,
): Promise<number> {
  const { open } = await db
    .selectFrom('invitations')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .where('organization_id', '=', organizationId)
    .where('status', '=', 'pending')
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return Number(open)
}

/** The name of an organization that exists. */
export async function selectOrganizationName(db: Db, organizationId: string): Promise<string> {
  const { name } = await db
    .selectFrom('organizations')
    .select('name')
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow()
  return name
}

/** An invitation with its inviter and organization; the caller has checked the link. */
export async function findInvitationOfLink(db: Db, id: string) {
  return db
    .selectFrom('invitations')
    .innerJoin('organizations', 'organizations.id', 'invitations.organization_id')
    .innerJoin('users', 'users.id', 'invitations.inviter_id')
    .select([
      'invitations.email',
      'invitations.role',
      'invitations.status',
      'invitations.expires_at as expiresAt',
      'organizations.name as organizationName',
      'users.name as inviterName',
      'users.email as inviterEmail',
    ])
    .where('invitations.id', '=', id)
    .executeTakeFirst()
}

/** An invitation in any state, of any organization; the caller checks the organization. */
export async function findInvitation(db: Db, id: string): Promise<InvitationsTable | undefined> {
  return db
    .selectFrom('invitations')
    .select(columns)
    .where('invitations.id', '=', id)
    .executeTakeFirst()
}

export async function insertInvitation(db: Db, invitation: InvitationsTable): Promise<void> {
  await db.insertInto('invitations').values(invitation).execute()
}

export async function setInvitationExpiry(db: Db, id: string, expiresAt: string): Promise<void> {
  await db
    .updateTable('invitations')
    .set({ expires_at: expiresAt })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .execute()
}

/** Ends a pending invitation. Of two concurrent calls, one gets true. */
export async function endInvitation(
  db: Db,
  id: string,
  status: 'accepted' | 'rejected' | 'canceled',
): Promise<boolean> {
  const row = await db
    .updateTable('invitations')
    .set({ status })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
