import * as z from 'zod'
import { environments } from '../keys/environments.ts'
import { AllowedIps } from '../ip-addresses.ts'
import { HYGIENE_DAYS, MAX_OVERLAP_SECONDS, MAX_RATE_LIMIT_PER_MINUTE } from '../limits.ts'
import { pageOf, pageQuery } from './pagination.ts'
import { Scopes } from './scopes.ts'
import { displayText, Moment, searchText, Timestamp } from './text.ts'

export const Environment = z.enum(environments).meta({ id: 'Environment' })
export type Environment = z.infer<typeof Environment>

export const keyStatuses = ['active', 'disabled', 'expired', 'revoked'] as const
export const KeyStatus = z.enum(keyStatuses).meta({ id: 'KeyStatus' })
export type KeyStatus = z.infer<typeof KeyStatus>

export const Label = displayText(100, 'Enter a label')
export const RateLimitPerMinute = z.int().min(1).max(MAX_RATE_LIMIT_PER_MINUTE)

export function isKeyId(text: string): boolean {
  return /^key_[0-9A-Za-z]{1,64}$/.test(text)
}

export const KeyActor = z.object({ id: z.string(), name: z.string() }).meta({ id: 'KeyActor' })

/** A key as it may be seen after it was made: everything but the secret. */
export const ApiKey = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    label: z.string(),
    masked: z.string().meta({ examples: ['nas_...3b4c'] }),
    last4: z.string(),
    environment: Environment,
    scopes: z.array(z.string()),
    status: KeyStatus,
    enabled: z.boolean(),
    rateLimitPerMinute: z.int().nullable(),
    allowedIps: z.array(z.string()),
    createdAt: Timestamp,
    createdBy: KeyActor.nullable(),
    expiresAt: Timestamp.nullable(),
    lastUsedAt: Timestamp.nullable(),
    lastUsedIp: z.string().nullable(),
    revokedAt: Timestamp.nullable(),
    revokedBy: KeyActor.nullable(),
    revokeReason: z.string().nullable(),
    leakedAt: Timestamp.nullable().meta({
      description: 'When it was first reported to be in public; null if it never was',
    }),
    leakedUrl: z.string().nullable().meta({ description: 'Where it was found, as far as known' }),
    rotatedFrom: z.string().nullable(),
    rotatedTo: z.string().nullable(),
  })
  .meta({ id: 'ApiKey', description: 'A key, without its secret' })
export type ApiKey = z.infer<typeof ApiKey>

/** The one response that carries the secret. */
export const IssuedKey = ApiKey.extend({
  key: z.string().meta({ description: 'The full key; it is never shown again' }),
}).meta({ id: 'IssuedKey', description: 'The key with its secret, in this answer alone' })
export type IssuedKey = z.infer<typeof IssuedKey>

export const IssueKeyInput = z.strictObject({
  label: Label,
  environment: Environment.optional(),
  scopes: Scopes.nullish(),
  expiresAt: Moment.nullish(),
  rateLimitPerMinute: RateLimitPerMinute.nullish(),
  allowedIps: AllowedIps.nullish(),
})
export type IssueKeyInput = z.infer<typeof IssueKeyInput>

export const UpdateKeyInput = z.strictObject({
  label: Label.optional(),
  environment: Environment.optional(),
  scopes: Scopes.nullish(),
  expiresAt: Moment.nullish(),
  rateLimitPerMinute: RateLimitPerMinute.nullish(),
  allowedIps: AllowedIps.nullish(),
  enabled: z.boolean().optional(),
})
export type UpdateKeyInput = z.infer<typeof UpdateKeyInput>

export const RevokeKeyInput = z.strictObject({ reason: displayText(500).nullish() })
export type RevokeKeyInput = z.infer<typeof RevokeKeyInput>

export const RotateKeyInput = z.strictObject({
  overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).meta({
    description: 'How long the old key stays good beside the new one; 0 revokes it now',
  }),
})
export type RotateKeyInput = z.infer<typeof RotateKeyInput>

export const keyFilters = ['active', 'revoked', 'expired', 'all'] as const
export const KeyFilter = z.enum(keyFilters)
export type KeyFilter = z.infer<typeof KeyFilter>

export const hygienes = ['leaked', 'never-expires', 'unused', 'old', 'breaks-policy'] as const
export const Hygiene = z.enum(hygienes)
export type Hygiene = z.infer<typeof Hygiene>

export const keySorts = ['created', 'lastUsed'] as const
export const KeySort = z.enum(keySorts)
export type KeySort = z.infer<typeof KeySort>

export const CreatorId = z
  .string()
  .regex(/^[0-9A-Za-z_-]{1,100}$/, 'Must be the id of a person or service')

const keyConditions = {
  q: searchText(100).optional().meta({
    description: 'Part of a label or id, the last four, or the masked key; never a whole key',
  }),
  environment: Environment.optional(),
  createdById: CreatorId.optional().meta({ description: 'Who made the key: `createdBy.id`' }),
}

export const CountKeysQuery = z.strictObject(keyConditions)
export type CountKeysQuery = z.infer<typeof CountKeysQuery>

export const KeyCounts = z
  .object({ active: z.int(), revoked: z.int(), expired: z.int() })
  .meta({ id: 'KeyCounts', description: 'How many keys are in which state' })
export type KeyCounts = z.infer<typeof KeyCounts>

/** Whatever text somebody holds; it need not be a key. */
export const FindKeyInput = z.strictObject({ key: z.string() })
export type FindKeyInput = z.infer<typeof FindKeyInput>

export const ListKeysQuery = z.strictObject({
  status: KeyFilter.optional().meta({
    description: '`active` when absent, which includes disabled keys',
  }),
  sort: KeySort.optional().meta({
    description:
      'Latest first: by creation when absent, or by last use with keys never used at the end',
  }),
  ...keyConditions,
  hygiene: Hygiene.optional().meta({
    description: `Keys that call for care: \`leaked\` (found in public), \`never-expires\`, \`old\` (older than ${HYGIENE_DAYS} days), \`unused\` (old, and not used for ${HYGIENE_DAYS} days), \`breaks-policy\` (could not be made as it is now)`,
  }),
  ...pageQuery,
})
export type ListKeysQuery = z.infer<typeof ListKeysQuery>

export const KeyPage = pageOf(ApiKey).meta({ id: 'ApiKeyPage' })
export type KeyPage = z.infer<typeof KeyPage>

/** Whatever text somebody found; it need not be a key. */
export const RevokeLeakedInput = z.strictObject({ key: z.string() })
export type RevokeLeakedInput = z.infer<typeof RevokeLeakedInput>
