import type { PolicyChange } from './steps.ts'
import type { Next, Settings, World } from './world.ts'

export const DAY_MS = 86_400_000

export function changePolicy(world: World, change: PolicyChange): Next {
  const { maxLifetimeDays, requireAllowedIps, requireScopes } = change
  const policy = { ...world.policy }
  if (maxLifetimeDays !== undefined) policy.maxLifetimeDays = maxLifetimeDays
  if (requireAllowedIps !== undefined) policy.requireAllowedIps = requireAllowedIps ?? false
  if (requireScopes !== undefined) policy.requireScopes = requireScopes ?? false
  return { world: { ...world, policy }, answer: { status: 200, policy } }
}

/** The parts of a policy that a key breaks. */
export function breaches({ policy }: World, key: Settings & { createdAtMs: number }): string[] {
  const broken: string[] = []
  const { maxLifetimeDays, requireAllowedIps, requireScopes } = policy
  const lifeMs = (key.expiresAtMs ?? Infinity) - key.createdAtMs
  if (maxLifetimeDays !== null && lifeMs > maxLifetimeDays * DAY_MS) broken.push('expiresAtMs')
  const isProduction = key.environment === 'production'
  if (isProduction && requireAllowedIps && key.allowedIps.length === 0) broken.push('allowedIps')
  if (isProduction && requireScopes && key.scopes.length === 0) broken.push('scopes')
  return broken
}
