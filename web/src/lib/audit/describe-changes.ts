import type { AuditAction, AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { formatExact } from '../time/times.ts'

/** A changed field in words; `from` is null when the field was only set. */
export type Change = {
  name: string
  from: string | null
  to: string
  /** The id of the key that `to` names. */
  keyId?: string
}

const fieldNames: Record<string, string> = {
  allowedIps: 'Allowed addresses',
  expiresAt: 'Expires',
  rateLimitPerMinute: 'Requests per minute',
  overlapSeconds: 'Overlap',
  rotatedFrom: 'Replaces',
  rotatedTo: 'Replaced by',
  url: 'Found at',
  source: 'Found in',
}

// Ids of members and tokens are left out because their names are there too, `imported` because the
// name of the event says it, and the last four because they have their own column.
const unspoken = new Set(['userId', 'serviceTokenId', 'organizationIds', 'imported', 'last4'])

const saidByAction: Partial<Record<AuditAction, string>> = {
  'key.disabled': 'enabled',
  'key.enabled': 'enabled',
}

const otherKeys: Record<string, string> = { rotatedFrom: 'the old key', rotatedTo: 'the new key' }

/** The changes of an event in words; for a new key only settings that differ from the defaults. */
export function describeChanges({ action, changes }: AuditEvent): Change[] {
  return Object.entries(changes).flatMap(([field, value]): Change[] => {
    if (unspoken.has(field) || saidByAction[action] === field) return []
    if (isPlaceUnknown(field, value)) return []
    if (isBeforeAndAfter(value))
      return [
        { name: fieldName(field), from: inWords(field, value.from), to: inWords(field, value.to) },
      ]
    // The label has its own column.
    if (action === 'key.created' && (field === 'label' || isUsual(field, value))) return []
    const otherKey = otherKeys[field]
    if (otherKey !== undefined && typeof value === 'string')
      return [{ name: fieldName(field), from: null, to: otherKey, keyId: value }]
    return [{ name: fieldName(field), from: null, to: inWords(field, value) }]
  })
}

/** Such as `Requests per minute`; a field without a name here is split into words. */
export function fieldName(field: string): string {
  return fieldNames[field] ?? capitalized(field.replaceAll(/[A-Z_]/g, ' $&').replaceAll(' _', ' '))
}

function isBeforeAndAfter(value: unknown): value is { from: unknown; to: unknown } {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value
}

function isUnset(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}

// Someone who revokes a key they hold need not say where they found it.
function isPlaceUnknown(field: string, value: unknown): boolean {
  return (field === 'url' && value === null) || (field === 'source' && value === 'key-holder')
}

function isUsual(field: string, value: unknown): boolean {
  return isUnset(value) || (field === 'enabled' && value === true)
}

const wordsForNone: Record<string, string> = {
  scopes: 'everything',
  allowedIps: 'any',
  rateLimitPerMinute: 'the usual limit',
  expiresAt: 'never',
}

function inWords(field: string, value: unknown): string {
  if (isUnset(value)) return wordsForNone[field] ?? 'none'
  if (Array.isArray(value)) return value.map(String).join(', ')
  if (typeof value === 'number')
    return field === 'overlapSeconds' ? duration(value) : value.toLocaleString('en')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value !== 'string') return JSON.stringify(value)
  if (field === 'environment' || field === 'role') return capitalized(value)
  return field.endsWith('At') && !Number.isNaN(Date.parse(value)) ? formatExact(value) : value
}

const steps: [string, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** Such as `1 day` or `90 minutes`: the largest unit that says it exactly. */
function duration(seconds: number): string {
  if (seconds === 0) return 'none'
  const [unit, size] = steps.find(([, length]) => seconds % length === 0) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()
}
