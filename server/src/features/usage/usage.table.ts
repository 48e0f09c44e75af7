/** Rows of `key_usage`: how often a key was used in an hour, by how that ended. */
export type KeyUsageTable = {
  key_number: number
  /** A position in `outcomes`. */
  outcome: number
  /** Whole hours since 1970-01-01T00:00:00Z. */
  hour: number
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
