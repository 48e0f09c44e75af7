import type { KeyAt, ManyFilter, Step } from './steps.ts'
import { conflict, invalid, keyAt, withKey, type Answer, type Next, type World } from './world.ts'

export function revokeMany(
  world: World,
  { filter, reason = null, dryRun, miscount }: Step & { kind: 'revoke-many' },
  nowMs: number,
): Next {
  if (Object.keys(filter).length === 0) return { world, answer: invalid }
  const matched = manyOf(world, filter, nowMs)
  if (miscount) return { world, answer: conflict }
  const answer: Answer = { status: 200, matched: matched.toReversed() }
  if (dryRun) return { world, answer }
  const after = matched.reduce((it, at) => {
    const revoked = { ...it.keys[at]!, revokedAtMs: nowMs, revokeReason: reason }
    return withKey(it, at, revoked, 'key.revoked')
  }, world)
  return { world: after, answer }
}

/** The positions of the keys that fit, oldest first. */
export function manyOf(world: World, filter: ManyFilter, nowMs: number): KeyAt[] {
  const { environment, createdBeforeSeconds, unusedSinceSeconds, keys } = filter
  const ago = (seconds: number | undefined) =>
    seconds === undefined ? undefined : nowMs - seconds * 1000
  const before = ago(createdBeforeSeconds) ?? Infinity
  const since = ago(unusedSinceSeconds)
  const among = keys?.map((at) => keyAt(world, at))
  return world.keys.flatMap((key, at) => {
    const fits =
      key.revokedAtMs === null &&
      (environment === undefined || key.environment === environment) &&
      key.createdAtMs < before &&
      (since === undefined || (key.createdAtMs < since && (key.lastUsedAtMs ?? 0) < since)) &&
      (among === undefined || among.includes(at))
    return fits ? [at] : []
  })
}
