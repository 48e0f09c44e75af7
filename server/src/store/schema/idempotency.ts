/**
 * Rows of `idempotent_results`: what a retry gets again. Neither the Idempotency-Key nor the
 * input is kept, only an HMAC of each.
 */
export type IdempotentResultsTable = {
  /** HMAC of the Idempotency-Key, its caller and the route it was sent to. */
  hash: Buffer
  input_hash: Buffer
  /** Null until the work is done, which no other transaction gets to see. */
  sealed_result: Buffer | null
  expires_at: string
}
