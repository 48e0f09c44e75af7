import { lastFour } from '@zentrix/shared/keys/key-format.ts'
import type { ServiceScope } from '@zentrix/shared/scopes.ts'
import type { Context } from '../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { makeId } from '../../crypto/ids.ts'
import type { Principal } from '../principals.ts'
import { recordEvent } from '../audit/record-event.ts'
import { insertServiceToken } from './service-tokens.store.ts'

/**
 * Inserts a service token, with its audit event.
 *
 * @param tx in an open transaction
 * @param token `organizationId` is the organization that makes it, null for the operator
 * @returns its id; undefined when the secret is stored already, revoked or not
 */
export async function addServiceToken(
  tx: Context,
  principal: Principal,
  token: {
    name: string
    scopes: ServiceScope[]
    organizationIds: string[] | null
    organizationId: string | null
    expiresAt: string | null
    secret: string
  },
): Promise<string | undefined> {
  const { name, scopes, organizationIds, organizationId, expiresAt, secret } = token
  const now = tx.now()
  const id = makeId('svc', now)
  const isNew = await insertServiceToken(tx.db, {
    id,
    hash: hashSecret(secret),
    last4: lastFour(secret),
    name,
    scopes: JSON.stringify(scopes),
    organization_ids: organizationIds && JSON.stringify(organizationIds),
    organization_id: organizationId,
    created_at: now,
    expires_at: expiresAt,
    revoked_at: null,
  })
  if (!isNew) return undefined
  await recordEvent(tx, principal, {
    action: 'service_token.created',
    organizationId,
    changes: { serviceTokenId: id, name, scopes, organizationIds, expiresAt },
  })
  return id
}
