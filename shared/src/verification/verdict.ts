// The answers of a verification. Free of zod: `schemas/verify.ts` has the schemas of the same
// types, and the package that other services install has no dependency.
import type { Environment } from '../keys/environments.ts'

/** Why a key was refused, in the order in which verify asks. */
export const refusalCodes = [
  'NOT_FOUND',
  'REVOKED',
  'EXPIRED',
  'DISABLED',
  'IP_NOT_ALLOWED',
  'INSUFFICIENT_SCOPE',
  'RATE_LIMITED',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** The most that one verification may take from the budget of the minute. */
export const MAX_COST = 1000

/** The rest of the key's budget in this clock minute, which ends at `resetAt`. */
export type Budget = { limit: number; remaining: number; resetAt: string }

export type VerifyAccepted = {
  valid: true
  code: 'VALID'
  keyId: string
  organizationId: string
  label: string
  environment: Environment
  /** An empty list allows everything. */
  scopes: string[]
  expiresAt: string | null
  rateLimit: Budget
}

export type VerifyRefused = { valid: false; code: RefusalCode; rateLimit?: Budget | undefined }

export type VerifyResult = VerifyAccepted | VerifyRefused
