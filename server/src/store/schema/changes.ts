import type { Generated } from 'kysely'

/**
 * Rows of `verdict_changes`: a key or service token on which verdicts depend has changed or is
 * gone. With neither, any of them may have. Triggers write them, and nothing changes them.
 */
export type VerdictChangesTable = {
  /** In the order in which the changes were committed; on PostgreSQL some numbers are missing. */
  seq: Generated<number>
  key_id: string | null
  /**
   * The organization of the key before the change, which need not exist any more; or
   * `OTHER_ORGANIZATIONS`, for a service token.
   */
  organization_id: string | null
  service_token_id: string | null
}

/** Rows of `lease_nodes`: processes on PostgreSQL that may have granted leases. */
export type LeaseNodesTable = {
  node: string
  /** Moved by the node, and by nobody else. */
  beat: number
  /** Its verifiers have confirmed all changes up to this one. */
  confirmed: number
  /** JSON: how far those have come that have not confirmed the last change, by organization. */
  behind: string | null
  /** By the clock of the database. */
  beaten_at: string
}
