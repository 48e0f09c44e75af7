import type * as z from 'zod'
import { Role } from '@zentrix/shared/schemas/scopes.ts'
import type { sessionInputs } from '@zentrix/shared/routes/people/sessions.ts'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import { lockDeployment } from '../../../store/deployment-facts.ts'
import type { Context } from '../../context.ts'
import { hmac, isSameText } from '../../../crypto/hash.ts'
import { makeId, makeRandomId } from '../../../crypto/ids.ts'
import { toSetupCode } from '../../../crypto/secret.ts'
import type { RequestTrace } from '../../principals.ts'
import { storedBoolean } from '../../../store/schema/dialect.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { sessionClock } from '../identity/find-user-principal.ts'
import { addMember } from '../members/add-member.ts'
import { limitSignUps } from './limit-sign-ups.ts'
import { readInvitationToken } from '../invitations/invitation-token.ts'
import { endInvitation, findOpenInvitation } from '../invitations/invitations.store.ts'
import { findUserId, hasAnyUser, insertOrganization, insertUser } from '../identity/people.store.ts'
import { hashPassword } from '../passwords/passwords.ts'
import type { InvitationsTable } from '../../../store/schema/people/people.ts'
import { SessionError } from '../identity/session-error.ts'

type SignUpInput = z.output<(typeof sessionInputs)['POST /api/session/sign-up/email']>

/**
 * The origin of a sign-up; `isLocal` means from this machine, through no proxy; sign-ups of one
 * `address` are counted together.
 */
export type SignUpOrigin = { isLocal: boolean; address: string; trace: RequestTrace }

/**
 * The code that the first account needs from another machine. Derived, so that all workers and
 * nodes expect the same one.
 */
export function setupCode(ctx: Context): string {
  return toSetupCode(hmac(ctx.keyFor('sessions'), 'setup-code'))
}

/** Whether no account exists yet. */
export async function isFirstRun(ctx: Context): Promise<boolean> {
  return !(await hasAnyUser(ctx.db))
}

/**
 * Makes an account: with its own organization, or as a member of the organization that invited it.
 *
 * @returns the new user's id
 * @throws {SessionError} 403 when the person may not, 409 when the address has an account, 429
 *   after 10 a minute
 */
export async function signUp(
  ctx: Context,
  input: SignUpInput,
  origin: SignUpOrigin,
): Promise<string> {
  // Checked twice: here, so that a person without the right to sign up costs no password hash, and
  // again under the lock, where the result counts.
  await admit(ctx, input, origin)
  await limitSignUps(ctx, origin.address)
  const passwordHash = await hashPassword(ctx, input.password)
  return inTransaction(ctx, async (tx) => {
    await lockDeployment(tx.db, 'sign-up-lock')
    const invitation = await admit(tx, input, origin)
    return insertAccount(tx, input, passwordHash, invitation, origin.trace)
  })
}

/** Makes an owner without any check. @returns undefined if the address has an account */
export async function addOwner(
  ctx: Context,
  input: { name: string; email: string; password: string },
): Promise<string | undefined> {
  if (await findUserId(ctx.db, input.email)) return undefined
  const passwordHash = await hashPassword(ctx, input.password)
  return inTransaction(ctx, async (tx) => {
    await lockDeployment(tx.db, 'sign-up-lock')
    if (await findUserId(tx.db, input.email)) return undefined
    return insertAccount(tx, input, passwordHash, undefined, null)
  })
}

/** Refuses a person who may not sign up now. @returns their invitation, if they have one */
async function admit(
  ctx: Context,
  { email, setupCode: given, invitationId: token }: SignUpInput,
  { isLocal }: Pick<SignUpOrigin, 'isLocal'>,
): Promise<InvitationsTable | undefined> {
  if (token !== undefined) {
    const id = readInvitationToken(ctx, token)
    const invitation = id && (await findOpenInvitation(ctx.db, id, email, sessionClock()))
    if (!invitation) throw invitationNotValid()
    return invitation
  }
  if (ctx.config.allowSignUp) return undefined
  if (await hasAnyUser(ctx.db))
    throw new SessionError(403, 'SIGN_UP_CLOSED', 'Accounts are made by invitation')
  if (!isLocal && !isSameText(given ?? '', setupCode(ctx)))
    throw new SessionError(
      403,
      'SETUP_CODE_WRONG',
      'The first account needs the setup code that the service printed at its start',
    )
  return undefined
}

async function insertAccount(
  tx: Context,
  { name, email }: { name: string; email: string },
  passwordHash: string,
  invitation: InvitationsTable | undefined,
  trace: RequestTrace | null,
): Promise<string> {
  if (await findUserId(tx.db, email)) throw emailTaken()
  const now = tx.now()
  const userId = makeId('usr', now)
  const dates = { created_at: now, updated_at: now }
  const user = {
    id: userId,
    name,
    email,
    email_verified: storedBoolean(tx.database.dialect, false),
    image: null,
    ...dates,
  }
  await insertUser(tx.db, user, {
    id: makeRandomId(),
    account_id: userId,
    provider_id: 'credential',
    user_id: userId,
    access_token: null,
    refresh_token: null,
    id_token: null,
    access_token_expires_at: null,
    refresh_token_expires_at: null,
    scope: null,
    password: passwordHash,
    ...dates,
  })
  await join(tx, user, invitation, trace)
  return userId
}

/** Adds a new person to the organization that invited them, or to a new one of their own. */
export async function join(
  tx: Context,
  user: { id: string; name: string; email: string },
  invitation: InvitationsTable | undefined,
  trace: RequestTrace | null,
): Promise<void> {
  if (invitation) {
    await holdOrganization(tx, invitation.organization_id)
    if (!(await endInvitation(tx.db, invitation.id, 'accepted'))) throw invitationNotValid()
    const role = Role.parse(invitation.role)
    await addMember(tx, user, invitation.organization_id, role, trace)
    return
  }
  const now = tx.now()
  const id = makeId('org', now)
  await insertOrganization(tx.db, { id, name: `${user.name}'s organization`, created_at: now })
  await addMember(tx, user, id, 'owner', trace)
}

function invitationNotValid(): SessionError {
  return new SessionError(
    403,
    'INVITATION_NOT_VALID',
    'This invitation is not for this address, or can no longer be used',
  )
}

function emailTaken(): SessionError {
  return new SessionError(
    409,
    'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
    'This address has an account already: sign in instead',
  )
}
