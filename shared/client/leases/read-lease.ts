// Reads what the service says about leases. What is not as it should be is no answer at all.
import { environments } from '../../src/keys/environments.ts'
import type { KeyCopy, LeaseAnswer, LeaseChange } from '../../src/verification/leases.ts'
import { integerIn, isRecord, oneOf, textIn, textsIn } from '../service/read-json.ts'

export function readLeaseAnswer(json: unknown): LeaseAnswer | undefined {
  if (!isRecord(json)) return undefined
  const { session, resync, counted = null, poll } = json
  const nonce = textIn(json, 'nonce')
  const head = integerIn(json, 'head')
  const leaseMs = integerIn(json, 'leaseMs')
  const changes = readChanges(json['changes'])
  if (session !== null && typeof session !== 'string') return undefined
  if (counted !== null && typeof counted !== 'number') return undefined
  if (nonce === undefined || head === undefined || leaseMs === undefined) return undefined
  if (changes === undefined || typeof resync !== 'boolean') return undefined
  if (poll !== undefined && typeof poll !== 'string') return undefined
  return { session, nonce, head, leaseMs, changes, resync, counted, poll }
}

function readChanges(json: unknown): LeaseChange[] | undefined {
  if (!Array.isArray(json)) return undefined
  const entries: unknown[] = json
  const changes: LeaseChange[] = []
  for (const change of entries) {
    if (!isRecord(change)) return undefined
    const seq = integerIn(change, 'seq')
    const keyId = textIn(change, 'keyId')
    if (seq === undefined || keyId === undefined) return undefined
    changes.push({ seq, keyId })
  }
  return changes
}

export function readKeyCopy(json: unknown): KeyCopy | undefined {
  if (!isRecord(json)) return undefined
  const asOf = integerIn(json, 'asOf')
  const keyId = textIn(json, 'keyId')
  const organizationId = textIn(json, 'organizationId')
  const label = textIn(json, 'label')
  const environment = oneOf(environments, json['environment'])
  const scopes = textsIn(json, 'scopes')
  const allowedIps = textsIn(json, 'allowedIps')
  const { enabled, revoked } = json
  const limit = integerIn(json, 'limit')
  const expiresAt = json['expiresAt'] === null ? null : textIn(json, 'expiresAt')
  const expiresInMs = json['expiresInMs'] === null ? null : integerIn(json, 'expiresInMs')
  const slice = integerIn(json, 'slice')
  const minuteEndsInMs = integerIn(json, 'minuteEndsInMs')
  const resetAt = textIn(json, 'resetAt')
  if (asOf === undefined || keyId === undefined || organizationId === undefined) return undefined
  if (label === undefined || environment === undefined || limit === undefined) return undefined
  if (scopes === undefined || allowedIps === undefined) return undefined
  if (typeof enabled !== 'boolean' || typeof revoked !== 'boolean') return undefined
  if (expiresAt === undefined || expiresInMs === undefined) return undefined
  if ((expiresAt === null) !== (expiresInMs === null)) return undefined
  if (slice === undefined || minuteEndsInMs === undefined || resetAt === undefined) return undefined
  const whom = { keyId, organizationId, label, environment }
  const facts = { scopes, allowedIps, enabled, revoked, limit, expiresAt, expiresInMs }
  return { asOf, ...whom, ...facts, slice, minuteEndsInMs, resetAt }
}
