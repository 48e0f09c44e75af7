import * as z from 'zod'
import { MAX_REVOKED_AT_ONCE } from '../limits.ts'
import { CreatorId, Environment, KeyActor } from './keys.ts'
import { displayText, StorableMoment, Timestamp } from './text.ts'

// As many as a body can hold; more than may be revoked at once is a conflict, not a wrong input.
const MAX_IDS = 4000

export const KeysToRevoke = z
  .strictObject({
    environment: Environment.optional(),
    createdById: CreatorId.optional(),
    createdBefore: StorableMoment.optional(),
    unusedSince: StorableMoment.optional().meta({
      description: 'Made before it, and not used since',
    }),
    leaked: z.literal(true).optional().meta({ description: 'Reported to be in public' }),
    ids: z.array(z.string().max(100)).max(MAX_IDS).optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, 'Must have at least one condition')
  .meta({ description: 'Unrevoked keys that fit every given condition' })
export type KeysToRevoke = z.infer<typeof KeysToRevoke>

export const RevokeManyInput = z.strictObject({
  filter: KeysToRevoke,
  reason: displayText(500).nullish(),
  dryRun: z.boolean().optional().meta({ description: 'Only says what would be revoked' }),
  expect: z.int().min(0).max(1_000_000).optional().meta({
    description: 'How many keys must fit; where it is another number, nothing is revoked',
  }),
})
export type RevokeManyInput = z.infer<typeof RevokeManyInput>

export const KeyInBrief = z
  .object({
    id: z.string(),
    label: z.string(),
    masked: z.string(),
    environment: Environment,
    createdAt: Timestamp,
    createdBy: KeyActor.nullable(),
    lastUsedAt: Timestamp.nullable(),
    lastUsedIp: z.string().nullable(),
  })
  .meta({ id: 'KeyInBrief' })
export type KeyInBrief = z.infer<typeof KeyInBrief>

export const RevokedMany = z
  .object({
    matched: z.int(),
    usedInLastDay: z.int().meta({ description: 'How many of them were used in the last 24 hours' }),
    keyIds: z.array(z.string()).meta({ description: 'Newest first' }),
    keys: z.array(KeyInBrief).meta({ description: 'The same keys, as they were before' }),
  })
  .meta({ id: 'RevokedMany', description: `Never more than ${MAX_REVOKED_AT_ONCE} keys` })
export type RevokedMany = z.infer<typeof RevokedMany>
