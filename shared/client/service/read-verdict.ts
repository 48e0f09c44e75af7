// Reads what verify answers. Written out, because a service that guards its API with this package
// should not have to load a validation library for one shape.
import { environments } from '../../src/keys/environments.ts'
import {
  refusalCodes,
  type Budget,
  type VerifyAccepted,
  type VerifyRefused,
  type VerifyResult,
} from '../../src/verification/verdict.ts'
import { integerIn, isRecord, oneOf, textIn, textsIn } from './read-json.ts'

/** Undefined for anything that is not a verdict; fields that are new are dropped. */
export function readVerdict(json: unknown): VerifyResult | undefined {
  if (!isRecord(json)) return undefined
  return json['valid'] === true ? readAccepted(json) : readRefused(json)
}

/** Whether a verdict says no, be it in words that are new. */
export function isRefusal(json: unknown): boolean {
  return isRecord(json) && json['valid'] === false
}

function readAccepted(json: Record<string, unknown>): VerifyAccepted | undefined {
  const keyId = textIn(json, 'keyId')
  const organizationId = textIn(json, 'organizationId')
  const label = textIn(json, 'label')
  const environment = oneOf(environments, json['environment'])
  const scopes = textsIn(json, 'scopes')
  const expiresAt = json['expiresAt'] === null ? null : textIn(json, 'expiresAt')
  const rateLimit = readBudget(json['rateLimit'])
  if (json['code'] !== 'VALID') return undefined
  if (keyId === undefined || organizationId === undefined || label === undefined) return undefined
  if (environment === undefined || scopes === undefined) return undefined
  if (expiresAt === undefined || rateLimit === undefined) return undefined
  const whom = { keyId, organizationId, label, environment, scopes, expiresAt }
  return { valid: true, code: 'VALID', ...whom, rateLimit }
}

function readRefused(json: Record<string, unknown>): VerifyRefused | undefined {
  const code = oneOf(refusalCodes, json['code'])
  if (json['valid'] !== false || code === undefined) return undefined
  if (json['rateLimit'] === undefined) return { valid: false, code }
  const rateLimit = readBudget(json['rateLimit'])
  return rateLimit && { valid: false, code, rateLimit }
}

function readBudget(json: unknown): Budget | undefined {
  if (!isRecord(json)) return undefined
  const limit = integerIn(json, 'limit')
  const remaining = integerIn(json, 'remaining')
  const resetAt = textIn(json, 'resetAt')
  if (limit === undefined || remaining === undefined || resetAt === undefined) return undefined
  return { limit, remaining, resetAt }
}
