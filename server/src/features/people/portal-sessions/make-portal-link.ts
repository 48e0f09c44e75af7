import type {
  MakePortalLinkInput,
  PortalLink,
} from '@zentrix/shared/schemas/people/portal-sessions.ts'
import { makeRandomId } from '../../../crypto/ids.ts'
import { invalidField } from '../../../lib/errors.ts'
import type { Context } from '../../context.ts'
import { getOrganization } from '../../organizations/get-organization.ts'
import { inTransactionAtOnce } from '../../audit/in-transaction.ts'
import { once } from '../../idempotency/once.ts'
import type { ServicePrincipal } from '../../principals.ts'
import { hashPortalSecret } from './portal-token.ts'
import { insertPortalLink } from './portal-sessions.store.ts'
import { isReturnUrl } from './return-url.ts'

const LINK_SECONDS = 60

/**
 * Makes a link that signs a person in once, within 60 seconds. Its code has 128 random bits, of
 * which the hash alone is stored; a retry under the same Idempotency-Key gets the same link.
 *
 * @throws {NotFoundError} for an organization that is unknown, or not the service's
 * @throws {InvalidInputError} for a `returnUrl` at no origin of PORTAL_RETURN_ORIGINS
 * @throws {ConflictError} `IDEMPOTENCY_KEY_REUSED`
 */
export async function makePortalLink(
  ctx: Context,
  service: ServicePrincipal,
  input: MakePortalLinkInput,
  idempotencyKey: string | null,
): Promise<PortalLink> {
  const { organizationId, user, role, returnUrl = null, expiresInSeconds } = input
  if (returnUrl !== null && !isReturnUrl(ctx, returnUrl))
    throw invalidField('returnUrl', 'Must be at an origin of PORTAL_RETURN_ORIGINS')
  await getOrganization(ctx, service, organizationId)
  const work = async (tx: Context): Promise<PortalLink> => {
    const code = makeRandomId()
    const inSeconds = (seconds: number) =>
      new Date(Date.parse(tx.now()) + seconds * 1000).toISOString()
    const expiresAt = inSeconds(LINK_SECONDS)
    const sessionExpiresAt = inSeconds(expiresInSeconds)
    await insertPortalLink(tx.db, {
      code_hash: hashPortalSecret(code),
      organization_id: organizationId,
      external_id: user.externalId,
      name: user.name,
      email: user.email,
      role,
      made_by: service.name,
      return_url: returnUrl,
      expires_at: expiresAt,
      session_expires_at: sessionExpiresAt,
    })
    // In the fragment, which no browser sends and no proxy logs.
    return { url: `${ctx.config.publicUrl}/hand-off#token=${code}`, expiresAt, sessionExpiresAt }
  }
  if (idempotencyKey === null) return inTransactionAtOnce(ctx, work)
  const { type, id } = service
  const attempt = { call: 'POST /api/portal-sessions', idempotencyKey, input }
  return once(ctx, { type, id, organizationId }, attempt, work)
}
