import { Role } from '@zentrix/shared/scopes.ts'
import type { ShownInvitation } from '@zentrix/shared/schemas/sessions.ts'
import type { Context } from '../../context.ts'
import { NotFoundError } from '../../../lib/errors.ts'
import { sessionClock } from '../identity/find-user-principal.ts'
import { readInvitationToken } from './invitation-token.ts'
import { findInvitationOfLink } from './invitations.store.ts'

/**
 * What the holder of a link is told before they have signed in: the proof in it is theirs to have.
 *
 * @throws {NotFoundError} for a link that is not ours
 */
export async function showInvitation(ctx: Context, token: string): Promise<ShownInvitation> {
  const id = readInvitationToken(ctx, token)
  const found = id && (await findInvitationOfLink(ctx.committed, id))
  if (!found) throw new NotFoundError('There is no such invitation')
  const { status, role, ...shown } = found
  if (isEnd(status)) return { status }
  if (shown.expiresAt <= sessionClock()) return { status: 'expired' }
  return { ...shown, status: 'pending', role: Role.parse(role) }
}

function isEnd(status: string): status is 'accepted' | 'rejected' | 'canceled' {
  return ['accepted', 'rejected', 'canceled'].includes(status)
}
