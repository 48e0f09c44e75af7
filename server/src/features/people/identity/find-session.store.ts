import { sql } from 'kysely'
import { roles } from '@zentrix/shared/scopes.ts'
import { readFlag, readMoment, readOneOf, readTruth } from '../../../lib/reading/read-values.ts'
import type { Db } from '../../../store/schema/database.ts'

export type SecondFactor = 'optional' | 'required' | 'missing'

/**
 * The person with a session, in an organization; `role` is null without a membership there.
 *
 * @param organizationId null for the session's active one
 */
export async function findSession(
  db: Db,
  token: string,
  now: string,
  organizationId: string | null,
) {
  const organization =
    organizationId === null
      ? sql.ref<string | null>('sessions.active_organization_id')
      : sql.val<string | null>(organizationId)
  const session = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .leftJoin('members', (join) =>
      join
        .onRef('members.user_id', '=', 'sessions.user_id')
        .on('members.organization_id', '=', organization),
    )
    .leftJoin('organizations', 'organizations.id', 'members.organization_id')
    .select((eb) => eb.exists(selectPassword(db)).as('hasPassword'))
    .select([
      'users.id as userId',
      'users.name',
      'users.email',
      organization.as('organizationId'),
      'sessions.expires_at as expiresAt',
      'members.role',
      'members.last_seen_at as lastSeenAt',
      'users.two_factor_enabled as hasSecondFactor',
      'organizations.second_factor_required as isRequired',
    ])
    .where('sessions.token', '=', token)
    .executeTakeFirst()
  if (session === undefined) return undefined
  const { expiresAt, role, lastSeenAt, ...found } = session
  const { hasPassword, hasSecondFactor, isRequired, ...person } = found
  const end = readMoment(expiresAt, 'sessions.expires_at')
  if (end === null || end <= now) return undefined
  return {
    ...person,
    role: role === null ? null : readOneOf(role, roles, 'members.role'),
    lastSeenAt: readMoment(lastSeenAt, 'members.last_seen_at'),
    secondFactor: secondFactorOf({ hasPassword, hasSecondFactor, isRequired }),
  }
}

/** The password of the person of `users` in a query around it, for `exists`. */
export function selectPassword(db: Db) {
  return db
    .selectFrom('accounts')
    .select('accounts.id')
    .where('accounts.user_id', '=', sql.ref<string>('users.id'))
    .where('accounts.provider_id', '=', 'credential')
}

// A person without a password signs in at a provider, which asks for what it wants.
function secondFactorOf(
  row: Record<'hasPassword' | 'hasSecondFactor' | 'isRequired', unknown>,
): SecondFactor {
  const { hasPassword, hasSecondFactor, isRequired } = row
  const isAsked =
    isRequired !== null &&
    readFlag(isRequired, 'organizations.second_factor_required') &&
    readTruth(hasPassword, 'whether there is a password')
  if (!isAsked) return 'optional'
  return readTruth(hasSecondFactor, 'users.two_factor_enabled') ? 'required' : 'missing'
}
