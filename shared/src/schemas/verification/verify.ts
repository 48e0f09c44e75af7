import * as z from 'zod'
import { IpAddress } from '../../ip-addresses.ts'
import { Environment } from '../keys.ts'
import { KeyCopy } from './leases.ts'
import { Scopes } from '../scopes.ts'
import { Timestamp } from '../text.ts'
import { MAX_COST, refusalCodes } from '../../verification/verdict.ts'
import type * as verdict from '../../verification/verdict.ts'

export const RefusalCode = z.enum(refusalCodes)

export const VerifyInput = z.strictObject({
  key: z.string(),
  scopes: Scopes.optional().meta({ description: 'All of these must be allowed to the key' }),
  ip: IpAddress.optional().meta({ description: 'Where the key was presented from' }),
  cost: z.int().min(0).max(MAX_COST).optional().meta({
    description: 'Taken from the budget of the minute; 1 when absent, 0 only looks',
  }),
  session: z.string().min(1).max(100).optional().meta({
    description:
      'Of POST /api/auth/lease: the answer brings a copy of the key, where it may be kept',
  }),
})
export type VerifyInput = z.infer<typeof VerifyInput>

export const Budget = z
  .object({
    limit: z.int(),
    remaining: z.int(),
    resetAt: Timestamp,
  })
  .meta({ id: 'Budget' }) satisfies z.ZodType<verdict.Budget>

export const VerifyAccepted = z
  .object({
    valid: z.literal(true),
    code: z.literal('VALID'),
    keyId: z.string(),
    organizationId: z.string(),
    label: z.string(),
    environment: Environment,
    scopes: z.array(z.string()),
    expiresAt: Timestamp.nullable(),
    rateLimit: Budget,
    copy: KeyCopy.optional(),
  })
  .meta({ id: 'VerifyAccepted' }) satisfies z.ZodType<verdict.VerifyAccepted>

export const VerifyRefused = z
  .object({
    valid: z.literal(false),
    code: RefusalCode,
    rateLimit: Budget.optional(),
    copy: KeyCopy.optional(),
  })
  .meta({ id: 'VerifyRefused' }) satisfies z.ZodType<verdict.VerifyRefused>

export const VerifyResult = z.discriminatedUnion('valid', [VerifyAccepted, VerifyRefused]).meta({
  id: 'Verdict',
  description: 'Whether the key is good, and why not; `code` tells the two apart',
})
