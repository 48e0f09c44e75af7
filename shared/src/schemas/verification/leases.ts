import * as z from 'zod'
import type * as leases from '../../verification/leases.ts'
import { MAX_ROWS_OF_POLL } from '../../verification/lease-times.ts'
import { countedOutcomes } from '../../verification/outcomes.ts'
import { Environment } from '../keys.ts'
import { Scopes } from '../scopes.ts'
import { Timestamp } from '../text.ts'

const Id = z.string().min(1).max(100)
const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const MAX_AGO_MS = 24 * 60 * 60 * 1000

/** Uses of one key that ended the same way and came from the same address. */
export const LeaseUse = z
  .strictObject({
    keyId: Id,
    code: z.enum(countedOutcomes),
    ip: z.string().max(64).nullable(),
    scopes: Scopes.optional().meta({
      description: 'Those that each of these refused uses asked for',
    }),
    count: z.int().min(1).max(1_000_000_000),
    agoMs: z.int().min(0).max(MAX_AGO_MS).meta({ description: 'Since the last of them' }),
  })
  .meta({ id: 'LeaseUse' }) satisfies z.ZodType<leases.LeaseUse>

/** The unused parts of slices; each goes back to the budget of its own minute alone. */
export const UnusedSlice = z
  .strictObject({
    keyId: Id,
    resetAt: Timestamp.meta({ description: 'The end of the minute, as the copy named it' }),
    units: z.int().min(1).max(1_000_000),
  })
  .meta({ id: 'UnusedSlice' }) satisfies z.ZodType<leases.UnusedSlice>

export const LeasePoll = z.strictObject({
  session: Id.nullable().meta({ description: 'As the last answer named it; null at first' }),
  nonce: z
    .string()
    .max(100)
    .nullish()
    .transform((nonce) => nonce ?? '')
    .meta({ description: 'As the last answer gave it; empty, null or left out at first' }),
  applied: Count.meta({ description: 'All changes up to this one were applied' }),
  batch: Count.meta({
    description: 'Numbers `uses` and `unused` within the session, so that a repetition counts once',
  }),
  uses: z.array(LeaseUse).max(MAX_ROWS_OF_POLL),
  unused: z.array(UnusedSlice).max(MAX_ROWS_OF_POLL),
  bye: z.literal(true).optional().meta({ description: 'The verifier judges no more' }),
  poll: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'Names this poll: the answer repeats it' }),
}) satisfies z.ZodType<leases.LeasePoll>

export const LeaseChange = z
  .object({
    seq: z.int(),
    keyId: z.string(),
  })
  .meta({ id: 'LeaseChange' }) satisfies z.ZodType<leases.LeaseChange>

export const LeaseAnswer = z
  .object({
    session: z.string().nullable().meta({ description: 'Null where none is to be had now' }),
    nonce: z.string(),
    head: z.int().meta({ description: 'The last change that this answer takes into account' }),
    leaseMs: z.int().meta({
      description: 'Counted from before the poll was sent; 0 renews nothing',
    }),
    changes: z.array(LeaseChange).meta({ description: 'Keys whose copies are to be dropped' }),
    resync: z.boolean().meta({ description: 'All copies are to be dropped' }),
    counted: z.int().nullable().meta({
      description:
        'The last batch counted of the session that the poll named; null if unknown here',
    }),
    poll: z.string().optional().meta({ description: 'The name of the poll that this answers' }),
  })
  .meta({ id: 'LeaseAnswer' }) satisfies z.ZodType<leases.LeaseAnswer>

/** A copy of a key, from which a verifier decides by itself while its lease runs. */
export const KeyCopy = z
  .object({
    asOf: z.int().meta({ description: 'The last change that this copy takes into account' }),
    keyId: z.string(),
    organizationId: z.string(),
    label: z.string(),
    environment: Environment,
    scopes: z.array(z.string()),
    allowedIps: z.array(z.string()),
    enabled: z.boolean(),
    revoked: z.boolean(),
    limit: z.int().meta({ description: 'Uses a minute' }),
    expiresAt: Timestamp.nullable(),
    expiresInMs: z.int().nullable().meta({ description: 'By the clock of the service' }),
    slice: z
      .int()
      .meta({ description: "Units of this minute's budget that this verifier may take" }),
    minuteEndsInMs: z.int(),
    resetAt: Timestamp.meta({ description: 'The end of the minute that the slice belongs to' }),
  })
  .meta({ id: 'KeyCopy' }) satisfies z.ZodType<leases.KeyCopy>
