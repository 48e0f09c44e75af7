import { decide } from '@zentrix/shared/verification/decide.ts'
import type { Context } from '../context.ts'
import { hasPassed } from '../../lib/has-passed.ts'
import { findKeyState } from './verify.store.ts'

/** Whether a key is neither revoked, expired nor disabled, as the transaction `tx` sees it. */
export async function isKeyLive(tx: Context, id: string): Promise<boolean> {
  const key = await findKeyState(tx.db, id)
  // Address and scopes were judged in the request that minted the token.
  const refusal = decide(key && { ...key, allowedIps: [] }, {
    scopes: [],
    ip: null,
    isExpired: hasPassed(key?.expiresAt ?? null, tx.nowMs()),
  })
  return refusal === undefined
}
