// The rules that an organization has for its keys: the service enforces them, and the portal shows
// it before a form is sent.
import type { ApiKey } from './schemas/keys.ts'
import { DAY_MS, LATEST_MOMENT_MS, toMoment } from './moment.ts'

/** The two requirements count for keys of the environment `production` only. */
export type Policy = {
  /** The longest life of a key, counted from its creation; null for any. */
  maxLifetimeDays: number | null
  requireAllowedIps: boolean
  requireScopes: boolean
}

export const MAX_LIFETIME_DAYS = 36_500

export const noPolicy: Policy = {
  maxLifetimeDays: null,
  requireAllowedIps: false,
  requireScopes: false,
}

/** The part of a key that a policy judges. */
export type JudgedKey = Pick<
  ApiKey,
  'environment' | 'scopes' | 'allowedIps' | 'createdAt' | 'expiresAt'
>

/** The field of a key that breaks a policy, and what it must be. */
export type PolicyBreach = { path: 'expiresAt' | 'allowedIps' | 'scopes'; message: string }

/** The last moment at which a key that was made at `createdAt` may end; null for any. */
export function latestExpiry(
  { maxLifetimeDays }: Pick<Policy, 'maxLifetimeDays'>,
  createdAt: string,
): string | null {
  if (maxLifetimeDays === null) return null
  return toMoment(Math.min(Date.parse(createdAt) + maxLifetimeDays * DAY_MS, LATEST_MOMENT_MS))
}

/** Everything about a key that breaks a policy; empty where nothing does. */
export function findBreaches(policy: Policy, key: JudgedKey): PolicyBreach[] {
  const breaches: PolicyBreach[] = []
  const latest = latestExpiry(policy, key.createdAt)
  if (latest !== null && (key.expiresAt === null || key.expiresAt > latest))
    breaches.push({
      path: 'expiresAt',
      message: `Must be at most ${inDays(policy.maxLifetimeDays)} after the key was made`,
    })
  if (key.environment !== 'production') return breaches
  if (policy.requireAllowedIps && key.allowedIps.length === 0)
    breaches.push({ path: 'allowedIps', message: 'A production key needs allowed addresses' })
  if (policy.requireScopes && key.scopes.length === 0)
    breaches.push({ path: 'scopes', message: 'A production key needs scopes' })
  return breaches
}

/** The settings that each part of a policy looks at. */
const judgedFields = {
  expiresAt: ['expiresAt'],
  allowedIps: ['allowedIps', 'environment'],
  scopes: ['scopes', 'environment'],
} as const satisfies Record<PolicyBreach['path'], (keyof JudgedKey)[]>

/** The breaches that a change of these fields makes or renews, so that an older one stops no other change. */
export function breachesOfChange(
  policy: Policy,
  key: JudgedKey,
  changed: readonly string[],
): PolicyBreach[] {
  return findBreaches(policy, key).filter(({ path }) =>
    judgedFields[path].some((field) => changed.includes(field)),
  )
}

function inDays(days: number | null): string {
  return days === 1 ? '1 day' : `${days} days`
}
