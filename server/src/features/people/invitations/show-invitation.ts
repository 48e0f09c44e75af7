import { Role } from '@zentrix/shared/schemas/scopes.ts'
import type { ShownInvitation } from '@zentrix/shared/schemas/people/sessions.ts'
import type { Context } from '../../context.ts'
import { NotFoundError } from '../../../lib/errors.ts'
import { sessionClock } from '../identity/find-user-principal.ts'
import { readInvitationToken } from './invitation-token.ts'
import { findInvitationOfLink } from './invitations.store.ts'

/**
 * The invitation for the holder of its link, before they have signed in. The proof in the link is
 * the right to see it.
 *
 * @throws {NotFoundError} for a link that we did not make
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
