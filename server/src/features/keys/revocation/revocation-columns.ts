/** Who revoked a key, when and why. */
export type Revocation = { at: string; byId: string | null; byName: string; reason: string | null }

/** The columns of a revocation. */
export function revocationColumns({ at, byId, byName, reason }: Revocation) {
  return {
    revoked_at: at,
    revoked_by_id: byId,
    revoked_by_name: byName,
    revoke_reason: reason,
  }
}
