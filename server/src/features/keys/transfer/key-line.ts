import * as z from 'zod'
import {
  Environment,
  Label,
  RateLimitPerMinute,
  type ApiKey,
} from '@zentrix/shared/schemas/keys.ts'
import { AllowedIps } from '@zentrix/shared/ip-addresses.ts'
import { LATEST_MOMENT_MS } from '@zentrix/shared/moment.ts'
import { Scopes } from '@zentrix/shared/schemas/scopes.ts'
import { displayText, Moment } from '@zentrix/shared/schemas/text.ts'
import { inputProblem } from '../../../lib/input-problem.ts'
import { holdsSecret } from '../../../lib/log/redact.ts'
import { toSettings, type KeySettings } from '../key-settings.ts'

const StoredMoment = Moment.refine((text) => {
  const ms = Date.parse(text)
  return ms >= 0 && ms <= LATEST_MOMENT_MS
}, 'Must be between 1970 and 9999').transform((text) => new Date(text).toISOString())

// Fields of an export that an import ignores: an imported key begins a life of its own.
const exportOnlyFields = [
  'id',
  'organizationId',
  'masked',
  'status',
  'createdBy',
  'lastUsedAt',
  'lastUsedIp',
  'revokedBy',
  'leakedAt',
  'leakedUrl',
  'rotatedFrom',
  'rotatedTo',
]

/**
 * An unknown field is refused: it could be a restriction, and without it the key could do more than
 * it was made for.
 */
const Line = z.strictObject({
  sha256: z.string().regex(/^[0-9a-fA-F]{64}$/, 'Must be 64 hexadecimal digits'),
  label: Label,
  last4: z.string().regex(/^[\x21-\x7e]{4}$/, 'Must be the last 4 characters of the key'),
  createdAt: StoredMoment.nullish(),
  expiresAt: StoredMoment.nullish(),
  environment: Environment.nullish(),
  scopes: Scopes.nullish(),
  allowedIps: AllowedIps.nullish(),
  rateLimitPerMinute: RateLimitPerMinute.nullish(),
  enabled: z.boolean().nullish(),
  revokedAt: StoredMoment.nullish(),
  revokeReason: displayText(500).nullish(),
})

/** A key as a line of a file describes it. */
export type DescribedKey = KeySettings &
  Pick<ApiKey, 'last4' | 'enabled' | 'revokedAt' | 'revokeReason'> & {
    sha256: string
    createdAt: string | null
  }

/** @returns the key, or the reason for refusing it, which repeats only field names of the line */
export function readKeyLine(text: string): DescribedKey | { reason: string } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { reason: 'not JSON' }
  }
  if (typeof json === 'object' && json !== null)
    for (const name of exportOnlyFields) Reflect.deleteProperty(json, name)
  const parsed = Line.safeParse(json, { error: inputProblem })
  if (!parsed.success) return { reason: describe(parsed.error) }
  const { sha256, last4, createdAt, enabled, revokedAt, revokeReason, ...settings } = parsed.data
  return {
    ...toSettings({ ...settings, environment: settings.environment ?? undefined }),
    sha256: sha256.toLowerCase(),
    last4,
    createdAt: createdAt ?? null,
    enabled: enabled ?? true,
    revokedAt: revokedAt ?? null,
    revokeReason: revokeReason ?? null,
  }
}

function describe({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'not a key'
  if (issue.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys
    return /^[A-Za-z0-9]{1,40}$/.test(name) && !holdsSecret(name)
      ? `${name}: unknown field`
      : 'unknown field'
  }
  const field = issue.path.join('.')
  if (field === '') return 'not an object'
  return `${field}: ${issue.message}`
}
