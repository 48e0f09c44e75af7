import type { Environment } from '@zentrix/shared/keys/environments.ts'
import type { RefusalCode } from '@zentrix/shared/verification/verdict.ts'

/** Uses in the order in which they were noted, in columns, so that noting one allocates nothing. */
export type UsageBatch = {
  count: number
  keyNumbers: Float64Array<ArrayBuffer>
  timesMs: Float64Array<ArrayBuffer>
  outcomes: Uint8Array<ArrayBuffer>
  /** Three for each of `organizationIds`, one for each environment. */
  ownerNumbers: Int32Array<ArrayBuffer>
  organizationIds: string[]
  /** Positions in `ips`; 0 is "not known". */
  ipNumbers: Int32Array<ArrayBuffer>
  ips: (string | null)[]
  /** Uses that verifiers have counted themselves, by key and outcome as above. */
  counted: CountedUses[]
  /** Details of refused uses, beside their counts. */
  refusals: RefusedUse[]
  /** Last uses of service tokens: there are few, so they are kept by id. */
  serviceTokens: [id: string, atMs: number, ip: string | null][]
}

export type CountedUses = KeyOwner & {
  keyNumber: number
  outcome: number
  count: number
  /** The last of them. */
  atMs: number
  ip: string | null
}

/**
 * The owner and environment to count a use for, beside the key: as they are at the time of the use.
 */
export type KeyOwner = { organizationId: string; environment: Environment }

/** Why a use was refused, for those who ask later. */
export type RefusedUse = {
  keyNumber: number
  atMs: number
  code: RefusalCode
  ip: string | null
  /** Null where a verifier has decided by itself. */
  requestId: string | null
  /** The scopes that were asked for. */
  scopes: string[]
}

/** So many of the last refusals are kept of a key. */
export const MAX_REFUSALS = 50
