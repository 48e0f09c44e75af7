// The messages between a verifier and the service about leases. Free of zod: `schemas/leases.ts`
// has the schemas of the same types.
import type { Environment } from '../keys/environments.ts'
import type { RefusalCode } from './verdict.ts'

/** Uses of one key that ended the same way and came from the same address. */
export type LeaseUse = {
  keyId: string
  code: 'VALID' | Exclude<RefusalCode, 'NOT_FOUND'>
  ip: string | null
  /** Those that each of these refused uses asked for; absent where none were. */
  scopes?: readonly string[] | undefined
  count: number
  /** Since the last of them. */
  agoMs: number
}

/** The unused part of a slice; it goes back to the budget of its own minute alone. */
export type UnusedSlice = { keyId: string; resetAt: string; units: number }

export type LeasePoll = {
  /** As the last answer named it; null at first. */
  session: string | null
  /** As the last answer gave it; empty at first. */
  nonce: string
  /** All changes up to this one are applied. */
  applied: number
  /** Numbers `uses` and `unused`, so that a repetition counts once. */
  batch: number
  uses: LeaseUse[]
  unused: UnusedSlice[]
  /** The verifier judges no more. */
  bye?: true | undefined
  /** Names this poll; its answer names it too. */
  poll?: string | undefined
}

export type LeaseChange = { seq: number; keyId: string }

export type LeaseAnswer = {
  /** Null where none is to be had now. */
  session: string | null
  nonce: string
  /** The last change that this answer takes into account. */
  head: number
  /** Counted from before the poll was sent; 0 renews nothing. */
  leaseMs: number
  /** Keys whose copies are to be dropped. */
  changes: LeaseChange[]
  /** All copies are to be dropped. */
  resync: boolean
  /** The last batch counted of the session that the poll named; null where it is not known. */
  counted: number | null
  /** The poll that this answers, where it had a name. */
  poll?: string | undefined
}

/** A copy of a key, from which a verifier decides by itself while its lease runs. */
export type KeyCopy = {
  /** The last change that this copy takes into account. */
  asOf: number
  keyId: string
  organizationId: string
  label: string
  environment: Environment
  scopes: string[]
  allowedIps: string[]
  enabled: boolean
  revoked: boolean
  /** Uses a minute. */
  limit: number
  expiresAt: string | null
  /** By the clock of the service. */
  expiresInMs: number | null
  /** Units of this minute's budget that this verifier may take. */
  slice: number
  minuteEndsInMs: number
  /** The end of the minute that the slice belongs to. */
  resetAt: string
}
