import * as z from 'zod'
import { MAX_LIFETIME_DAYS } from '../policy.ts'

export const Policy = z
  .object({
    maxLifetimeDays: z.int().nullable().meta({
      description: 'The longest life of a key in days, counted from its creation; null for any',
    }),
    requireAllowedIps: z.boolean().meta({
      description: 'Whether a key for `production` must have allowed addresses',
    }),
    requireScopes: z.boolean().meta({
      description: 'Whether a key for `production` must have scopes',
    }),
  })
  .meta({ id: 'Policy' })

export const UpdatePolicyInput = z.strictObject({
  maxLifetimeDays: z.int().min(1).max(MAX_LIFETIME_DAYS).nullish(),
  requireAllowedIps: z.boolean().nullish(),
  requireScopes: z.boolean().nullish(),
})
export type UpdatePolicyInput = z.infer<typeof UpdatePolicyInput>
