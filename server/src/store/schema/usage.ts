/** Rows of `key_usage`: how often a key was used in an hour, by how that ended. */
export type KeyUsageTable = {
  /** Key, outcome and hour in one number; see `usage-slot.ts`. */
  slot: number
  count: number
  /** The last of them, in epoch milliseconds, and where it came from. */
  last_at_ms: number
  last_ip: string | null
}

/** Rows of `service_token_uses`: the last request with a service token. */
export type ServiceTokenUsesTable = {
  service_token_id: string
  last_at_ms: number
  last_ip: string | null
}
