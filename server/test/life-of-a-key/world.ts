import { NOBODY, type KeyAt } from './steps.ts'

export type Settings = {
  label: string
  environment: string
  scopes: string[]
  allowedIps: string[]
  rateLimitPerMinute: number | null
  expiresAtMs: number | null
}

export type ModelKey = Settings & {
  enabled: boolean
  createdAtMs: number
  revokedAtMs: number | null
  revokeReason: string | null
  rotatedFrom: KeyAt | null
  rotatedTo: KeyAt | null
  lastUsedAtMs: number | null
  lastUsedIp: string | null
  /**
   * The amount taken from the budget in the minute that was used last. A rotated key uses the budget
   * of the first key of its chain.
   */
  taken: { minute: number; count: number }
  /** Actions in the audit log, oldest first. */
  events: string[]
}

/** The result that a retry gets again. */
type Kept = { input: string; untilMs: number }

export type ModelPolicy = {
  maxLifetimeDays: number | null
  requireAllowedIps: boolean
  requireScopes: boolean
}

export type World = { keys: ModelKey[]; kept: Record<string, Kept>; policy: ModelPolicy }

export type Budget = { limit: number; remaining: number; resetAtMs: number }

export type Verdict = { code: string; budget?: Budget; key?: KeyAt }

export type Answer =
  | { status: 400 | 404 | 409; code: string }
  | { status: 200; record: KeyAt }
  | { status: 201; record: KeyAt }
  /** The very answer that the first attempt got. */
  | { status: 201; again: string }
  | { status: 204 }
  | { status: 200; list: KeyAt[] }
  | { status: 200; verdict: Verdict }
  | { status: 200; matched: KeyAt[] }
  | { status: 200; policy: ModelPolicy }

export type Next = { world: World; answer: Answer }

export const emptyWorld: World = {
  keys: [],
  kept: {},
  policy: { maxLifetimeDays: null, requireAllowedIps: false, requireScopes: false },
}

export const invalid = { status: 400, code: 'INVALID_INPUT' } as const
export const notFound = { status: 404, code: 'NOT_FOUND' } as const
export const conflict = { status: 409, code: 'CONFLICT' } as const

export type Status = 'revoked' | 'expired' | 'disabled' | 'active'

export function statusOf(key: ModelKey, nowMs: number): Status {
  if (key.revokedAtMs !== null) return 'revoked'
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return 'expired'
  return key.enabled ? 'active' : 'disabled'
}

/** Which key a step means: any number is one of those that are there. */
export function keyAt({ keys }: World, at: KeyAt): KeyAt {
  return at === NOBODY ? NOBODY : at % keys.length
}

export function withKey(world: World, at: KeyAt, key: ModelKey, ...events: string[]): World {
  return {
    ...world,
    keys: world.keys.with(at, { ...key, events: [...key.events, ...events] }),
  }
}
