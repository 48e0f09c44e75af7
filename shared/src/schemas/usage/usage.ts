import * as z from 'zod'
import { Environment } from '../keys.ts'
import { Moment, Timestamp } from '../text.ts'
import { countedOutcomes } from '../../verification/outcomes.ts'

/** How many intervals one answer has at most: 31 days by hour, two years by day. */
export const MAX_USAGE_INTERVALS = 750

export const UsageQuery = z.strictObject({
  from: Moment.optional().meta({
    description: 'When absent, 24 hours before the end; with days, 30 days before it',
  }),
  to: Moment.optional().meta({ description: 'The end, not included; now when absent' }),
  interval: z
    .enum(['hour', 'day'])
    .optional()
    .meta({
      description: `\`hour\` when absent. Both are those of UTC; at most ${MAX_USAGE_INTERVALS}`,
    }),
})
export type UsageQuery = z.infer<typeof UsageQuery>

export const UsageInterval = z.object({
  start: Timestamp,
  counts: z.record(z.enum(countedOutcomes), z.int()).meta({
    description: 'How many uses ended how; every outcome is named, with 0 where there was none',
  }),
})
export type UsageInterval = z.infer<typeof UsageInterval>

const Counts = UsageInterval.shape.counts

export const OrganizationUsageQuery = UsageQuery.extend({
  environment: Environment.optional(),
  format: z.enum(['json', 'csv']).optional().meta({
    description: '`csv` answers with a file of the intervals',
  }),
})
export type OrganizationUsageQuery = z.infer<typeof OrganizationUsageQuery>

/** The uses of one of the most used keys, in all of the time. */
export const KeyTotal = z.object({
  keyId: z.string(),
  label: z.string(),
  masked: z.string(),
  environment: Environment,
  counts: Counts,
})
export type KeyTotal = z.infer<typeof KeyTotal>

/** Use of all keys of an organization over time, oldest first, without gaps. */
export const OrganizationUsage = z
  .object({
    data: z.array(UsageInterval),
    byKey: z.array(KeyTotal).meta({ description: 'The 20 most used, the most used first' }),
    byEnvironment: z.array(z.object({ environment: Environment, counts: Counts })).meta({
      description: 'By the environment that a key had when it was used',
    }),
  })
  .meta({ id: 'OrganizationUsage' })
export type OrganizationUsage = z.infer<typeof OrganizationUsage>

/** Use of a key over time, oldest first, without gaps. */
export const KeyUsage = z.object({ data: z.array(UsageInterval) }).meta({ id: 'KeyUsage' })
export type KeyUsage = z.infer<typeof KeyUsage>
