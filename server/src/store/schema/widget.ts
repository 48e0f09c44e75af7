/** Rows of `signing_keys`. The private key is sealed under a key derived from AUTH_SECRET. */
export type SigningKeysTable = {
  kid: string
  public_jwk: string
  sealed_private_key: Buffer
  created_at: string
}

/** Rows of `spent_tokens`: widget tokens that have started their call. */
export type SpentTokensTable = {
  jti: string
  service_token_id: string
  idempotency_hash: Buffer | null
  expires_at: string
}
