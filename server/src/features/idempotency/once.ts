import { IDEMPOTENCY_MINUTES } from '@zentrix/shared/limits.ts'
import { MINUTE_MS } from '@zentrix/shared/moment.ts'
import type { Context } from '../context.ts'
import { hmac } from '../../crypto/hash.ts'
import { mixKey, seal, unseal } from '../../crypto/sealing.ts'
import { ConflictError } from '../../lib/errors.ts'
import type { Principal } from '../principals.ts'
import { answersFor, inTransaction } from '../audit/in-transaction.ts'
import { canonicalJson } from './canonical-json.ts'
import { claim, deleteExpiredResults, keepResult, selectResult } from './idempotency.store.ts'

const KEPT_MS = IDEMPOTENCY_MINUTES * MINUTE_MS

/**
 * Who sent the Idempotency-Key. From another caller, or for another organization, the same text is
 * a different key.
 */
export type Caller = Pick<Principal, 'type' | 'id'> & { organizationId?: string }

export type Attempt = {
  /** The call, such as `POST /api/keys`, with the ids in its path. */
  call: string
  /** The header's text; null runs the work each time. */
  idempotencyKey: string | null
  /** The validated input. */
  input: unknown
}

/**
 * Runs `work` in a transaction, once: for 10 minutes a repeated request of the same caller gets the
 * first result again, even if the thing that it made has changed since. Failed work leaves nothing
 * behind.
 *
 * The result is kept in the same transaction, sealed under AUTH_SECRET and the Idempotency-Key, so
 * that the database and AUTH_SECRET together do not give away a secret in it.
 *
 * @param work as for `inTransaction`; its result has to survive JSON
 * @throws {ConflictError} `IDEMPOTENCY_KEY_REUSED` when the input differs from the first one
 */
export async function once<Result>(
  ctx: Context,
  caller: Caller,
  { call, idempotencyKey, input }: Attempt,
  work: (tx: Context) => Promise<Result>,
): Promise<Result> {
  if (idempotencyKey === null)
    return inTransaction(ctx, (tx) => {
      if (caller.organizationId !== undefined) answersFor(tx, caller.organizationId)
      return work(tx)
    })
  const secret = ctx.keyFor('idempotency')
  const { organizationId = null, type, id } = caller
  const attempt = JSON.stringify([organizationId, type, id, call, idempotencyKey])
  const hash = hmac(secret, `once/${attempt}`)
  const rowName = hash.toString('hex')
  const inputHash = hmac(secret, `input/${rowName}/${canonicalJson(input)}`)
  const sealingKey = mixKey(ctx.keyFor('idempotent-results'), idempotencyKey)
  return inTransaction(ctx, async (tx) => {
    if (caller.organizationId !== undefined) answersFor(tx, caller.organizationId)
    const now = tx.nowMs()
    const row = {
      hash,
      input_hash: inputHash,
      expires_at: new Date(now + KEPT_MS).toISOString(),
    }
    if (await claim(tx.db, row, new Date(now).toISOString())) {
      const result = await work(tx)
      const plain = Buffer.from(JSON.stringify(result))
      await keepResult(tx.db, hash, seal(sealingKey, plain, rowName))
      return result
    }
    const first = await selectResult(tx.db, hash)
    if (!first.input_hash.equals(inputHash))
      throw new ConflictError(
        'This Idempotency-Key was used with another body',
        'IDEMPOTENCY_KEY_REUSED',
      )
    const plain = first.sealed_result && unseal(sealingKey, first.sealed_result, rowName)
    if (!plain) throw new Error('the sealed result was altered')
    return JSON.parse(plain.toString()) as Result
  })
}

/** Erases the results whose 10 minutes are over. */
export async function eraseResults(ctx: Context): Promise<void> {
  await deleteExpiredResults(ctx.db, ctx.now())
}
