import { displayText } from '@zentrix/shared/schemas/text.ts'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { sessionClock } from '../identity/find-user-principal.ts'
import { findInvitationOf } from '../invitations/invitations.store.ts'
import type { InvitationsTable } from '../../../store/schema/people/people.ts'
import { join } from '../sign-up/sign-up.ts'

const unknownTrace = { ip: null, userAgent: null, requestId: null }

type NewUser = { email: string; emailVerified: boolean; name: string }

/**
 * Hooks for the accounts that better-auth makes by itself, at a first single sign-on: sign-up must
 * be open, or the address, proved by the provider, must be invited. The very first account is never
 * made this way: nothing could ask for the setup code.
 */
export async function gateSingleSignOn(ctx: Context) {
  const { APIError } = await import('better-auth/api')
  return {
    async before(user: NewUser) {
      if (!ctx.config.allowSignUp && !(await findInvitation(ctx, user)))
        throw new APIError('FORBIDDEN', {
          code: 'SIGN_UP_CLOSED',
          message: 'Accounts are made by invitation',
        })
      const name = displayText(100).safeParse(user.name)
      const [local = ''] = user.email.split('@')
      return { data: { ...user, name: name.data ?? local } }
    },
    async after(user: NewUser & { id: string }) {
      await inTransaction(ctx, async (tx) => {
        await join(tx, user, await findInvitation(tx, user), unknownTrace)
      })
    },
  }
}

async function findInvitation(
  { db }: Context,
  { email, emailVerified }: NewUser,
): Promise<InvitationsTable | undefined> {
  return emailVerified ? findInvitationOf(db, email, sessionClock()) : undefined
}
