/** Rows of `key_uses`: the last accepted request with a key. */
export type KeyUsesTable = {
  key_id: string
  last_used_at: string
  last_used_ip: string | null
}

/** Rows of `service_token_uses`. */
export type ServiceTokenUsesTable = {
  service_token_id: string
  last_used_at: string
  last_used_ip: string | null
}
