import type { Context } from '../context.ts'
import { hmac } from '../../crypto/hash.ts'
import { mixKey, seal, unseal } from '../../crypto/sealing.ts'
import { ConflictError } from '../../lib/errors.ts'
import type { Principal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { canonicalJson } from './canonical-json.ts'
import { claim, getResult, keepResult } from './idempotency.store.ts'

const KEPT_MS = 10 * 60_000

/** Whose Idempotency-Key it is: another's, or the same one's in another organization, is another. */
export type Caller = Pick<Principal, 'type' | 'id'> & { organizationId?: string }

export type Attempt = {
  /** What was called, such as `POST /api/keys`, with any id that its path holds. */
  call: string
  /** As it was sent; null runs the work each time. */
  idempotencyKey: string | null
  /** The validated input. */
  input: unknown
}

/**
 * Runs `work` in a transaction, once: for 10 minutes the same caller's same request gets the first
 * result again, whatever became since of what it made. Work that fails leaves nothing behind.
 *
 * The result is kept with what the work changed, sealed under AUTH_SECRET and the Idempotency-Key,
 * so that neither the database nor AUTH_SECRET with it gives away a secret in it.
 *
 * @param work as for `inTransaction`; its result has to survive JSON
 * @throws {ConflictError} `IDEMPOTENCY_KEY_REUSED` when the input is not the first one's
 */
export async function once<Result>(
  ctx: Context,
  caller: Caller,
  { call, idempotencyKey, input }: Attempt,
  work: (tx: Context) => Promise<Result>,
): Promise<Result> {
  if (idempotencyKey === null) return inTransaction(ctx, work)
  const secret = ctx.keyFor('idempotency')
  const { organizationId = null, type, id } = caller
  const whose = JSON.stringify([organizationId, type, id, call, idempotencyKey])
  const hash = hmac(secret, `once/${whose}`)
  const rowName = hash.toString('hex')
  const inputHash = hmac(secret, `input/${rowName}/${canonicalJson(input)}`)
  const sealingKey = mixKey(ctx.keyFor('idempotent-results'), idempotencyKey)
  return inTransaction(ctx, async (tx) => {
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
    const first = await getResult(tx.db, hash)
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
