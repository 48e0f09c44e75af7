import type { HandOff } from '@zentrix/shared/schemas/people/portal-sessions.ts'
import { makeId } from '../../../crypto/ids.ts'
import { NotFoundError } from '../../../lib/errors.ts'
import { inTransactionAtOnce } from '../../audit/in-transaction.ts'
import { recordEvent } from '../../audit/record-event.ts'
import type { Context } from '../../context.ts'
import type { RequestTrace } from '../../principals.ts'
import { toHandOff } from './find-portal-person.ts'
import { hashPortalSecret, makePortalToken, portalCookie } from './portal-token.ts'
import {
  deleteOldestPortalSessions,
  findPortalSession,
  hasPortalLink,
  insertPortalSession,
  putPortalPerson,
  takePortalLink,
} from './portal-sessions.store.ts'

const MAX_SESSIONS = 100 // of a person

/**
 * Opens a link: signs its person in, with the role that the link names. Of two openings one
 * succeeds.
 *
 * @returns the session, and the Set-Cookie header that begins it
 * @throws {NotFoundError} for a code that is unknown, used or expired
 */
export async function openPortalLink(
  ctx: Context,
  code: string,
  trace: RequestTrace,
): Promise<{ handOff: HandOff; cookie: string }> {
  const codeHash = hashPortalSecret(code)
  // Read first: a code that is none must not take a turn at the writer.
  if (!(await hasPortalLink(ctx.committed, codeHash, ctx.now()))) throw linkHasEnded()
  const token = makePortalToken()
  const person = await inTransactionAtOnce(ctx, async (tx) => {
    const now = tx.now()
    const link = await takePortalLink(tx.db, codeHash, now)
    if (!link?.sessionExpiresAt) throw linkHasEnded()
    const { organizationId, role, madeBy } = link
    const personId = await putPortalPerson(tx.db, link, { id: makeId('usr', now), now })
    await insertPortalSession(tx.db, {
      token_hash: hashPortalSecret(token),
      person_id: personId,
      return_url: link.returnUrl,
      created_at: now,
      expires_at: link.sessionExpiresAt,
    })
    await deleteOldestPortalSessions(tx.db, personId, MAX_SESSIONS)
    await recordEvent(
      tx,
      { type: 'user', id: personId, name: link.name, trace },
      { action: 'portal_session.opened', organizationId, changes: { role, service: madeBy } },
    )
    const begun = await findPortalSession(tx.db, hashPortalSecret(token), now)
    if (begun === undefined) throw linkHasEnded()
    return begun
  })
  return {
    handOff: toHandOff(ctx, person),
    cookie: portalCookie(ctx, token, person.expiresAt),
  }
}

function linkHasEnded(): NotFoundError {
  return new NotFoundError('This link has been used, or it has expired')
}
