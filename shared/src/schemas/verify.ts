import * as z from 'zod'
import { IpAddress } from '../ip-addresses.ts'
import { Environment } from './keys.ts'
import { Scopes } from '../scopes.ts'
import { Timestamp } from '../text.ts'

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
export const RefusalCode = z.enum(refusalCodes)
export type RefusalCode = z.infer<typeof RefusalCode>

export const MAX_COST = 1000

export const VerifyInput = z.strictObject({
  key: z.string(),
  scopes: Scopes.optional().meta({ description: 'All of these must be allowed to the key' }),
  ip: IpAddress.optional().meta({ description: 'Where the key was presented from' }),
  cost: z.int().min(0).max(MAX_COST).optional().meta({
    description: 'Taken from the budget of the minute; 1 when absent, 0 only looks',
  }),
})
export type VerifyInput = z.infer<typeof VerifyInput>

export const Budget = z.object({
  limit: z.int(),
  remaining: z.int(),
  resetAt: Timestamp,
})
export type Budget = z.infer<typeof Budget>

export const VerifyAccepted = z.object({
  valid: z.literal(true),
  code: z.literal('VALID'),
  keyId: z.string(),
  organizationId: z.string(),
  label: z.string(),
  environment: Environment,
  scopes: z.array(z.string()),
  expiresAt: Timestamp.nullable(),
  rateLimit: Budget,
})
export type VerifyAccepted = z.infer<typeof VerifyAccepted>

export const VerifyRefused = z.object({
  valid: z.literal(false),
  code: RefusalCode,
  rateLimit: Budget.optional(),
})
export type VerifyRefused = z.infer<typeof VerifyRefused>

export const VerifyResult = z.discriminatedUnion('valid', [VerifyAccepted, VerifyRefused])
export type VerifyResult = z.infer<typeof VerifyResult>
