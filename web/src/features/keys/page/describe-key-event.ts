import type { AuditEvent } from '@zentrix/shared/audit.ts'
import { formatDay } from '../../../lib/times.ts'

const actions: Partial<Record<AuditEvent['action'], string>> = {
  'key.created': 'Created',
  'key.updated': 'Changed',
  'key.disabled': 'Disabled',
  'key.enabled': 'Enabled',
  'key.rotated': 'Rotated',
  'key.revoked': 'Revoked',
  'key.leaked': 'Reported as leaked',
}

export function describeAction({ action, changes }: AuditEvent): string {
  if (action === 'key.created' && changes['imported'] === true) return 'Imported'
  return actions[action] ?? action
}

/** Who did it: of somebody who only held the key, the event knows no more than the key's label. */
export function describeActor({ actor }: AuditEvent): string {
  return actor.type === 'key-holder' ? 'whoever had it' : actor.name
}

const fields: Record<string, { name: string; none: string }> = {
  label: { name: 'Label', none: 'none' },
  environment: { name: 'Environment', none: 'none' },
  scopes: { name: 'Scopes', none: 'everything' },
  allowedIps: { name: 'Addresses', none: 'any' },
  rateLimitPerMinute: { name: 'Requests per minute', none: 'the usual limit' },
  expiresAt: { name: 'Expires', none: 'never' },
  url: { name: 'Found at', none: 'none' },
  reason: { name: 'Reason', none: 'none' },
}

/** Such as `Label: Old server → New server`; empty where the action says it all. */
export function describeChanges({ action, changes }: AuditEvent): string[] {
  if (!['key.updated', 'key.revoked', 'key.leaked'].includes(action)) return []
  return Object.entries(changes).flatMap(([field, change]) => {
    const known = fields[field]
    if (!known || (field === 'url' && change === null)) return []
    return isStep(change)
      ? [`${known.name}: ${valueOf(change.from, known.none)} → ${valueOf(change.to, known.none)}`]
      : [`${known.name}: ${valueOf(change, known.none)}`]
  })
}

function isStep(change: unknown): change is { from: unknown; to: unknown } {
  return typeof change === 'object' && change !== null && 'from' in change && 'to' in change
}

function valueOf(value: unknown, none: string): string {
  if (value === null || value === undefined || value === '') return none
  if (Array.isArray(value)) return value.length === 0 ? none : value.join(', ')
  const text = String(value)
  return /^\d{4}-\d\d-\d\dT/.test(text) ? formatDay(text) : text
}
