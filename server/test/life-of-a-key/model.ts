// Computes the right answers a second time, as plainly as possible: no database, no clock,
// no concurrency. It shares no code with the service.
import { revokeMany } from './model-many.ts'
import { breaches, changePolicy, DAY_MS } from './model-policy.ts'
import { addresses, type Attempt, type Fields, type KeyAt, type Step } from './steps.ts'
import {
  conflict,
  invalid,
  keyAt,
  notFound,
  statusOf,
  withKey,
  type Answer,
  type Budget,
  type ModelKey,
  type Next,
  type Settings,
  type World,
} from './world.ts'

const KEPT_MS = 600_000
const MAX_OVERLAP_SECONDS = 2_592_000
const DEFAULT_LIMIT = 100
const MAX_COST = 1000

/** The answer to a step and the world after it; `wait` is left to the clock. */
export function next(world: World, step: Exclude<Step, { kind: 'wait' }>, nowMs: number): Next {
  if (step.kind === 'issue') return issue(world, step.fields, step.attempt, nowMs)
  if (step.kind === 'list') {
    const list = world.keys.flatMap((key, at) => (isListed(key, step.status, nowMs) ? [at] : []))
    return { world, answer: { status: 200, list: list.toReversed() } }
  }
  if (step.kind === 'policy') return changePolicy(world, step.change)
  if (step.kind === 'revoke-many') return revokeMany(world, step, nowMs)
  const at = keyAt(world, step.key)
  const key = world.keys[at]
  if (step.kind === 'verify') return verify(world, at, key, step, nowMs)
  if (step.kind === 'rotate') return rotate(world, at, step, nowMs)
  if (step.kind === 'patch' && !isWellFormed(step.fields)) return { world, answer: invalid }
  if (!key) return { world, answer: notFound }
  if (step.kind === 'patch') return patch(world, at, key, step.fields, nowMs)
  if (step.kind === 'revoke') {
    if (key.revokedAtMs !== null) return { world, answer: { status: 204 } }
    const reason = step.reason ?? null
    const revoked = { ...key, revokedAtMs: nowMs, revokeReason: reason }
    return { world: withKey(world, at, revoked, 'key.revoked'), answer: { status: 204 } }
  }
  return { world, answer: { status: 200, record: at } }
}

function isListed(key: ModelKey, filter: string, nowMs: number): boolean {
  const status = statusOf(key, nowMs)
  return filter === 'all' || status === filter || (filter === 'active' && status === 'disabled')
}

/** Checks of fields that need neither the key nor the time. */
function isWellFormed({ label, environment, rateLimitPerMinute, enabled }: Fields): boolean {
  if (label === null || label?.trim() === '') return false
  return environment !== null && enabled !== null && rateLimitPerMinute !== 0
}

function expiryOf(seconds: number | null | undefined, nowMs: number): number | null {
  return seconds === null || seconds === undefined ? null : nowMs + seconds * 1000
}

function once(
  world: World,
  call: string,
  attempt: Attempt,
  input: unknown,
  nowMs: number,
  work: () => Next,
): Next {
  if (attempt === undefined) return work()
  const name = `${call} ${attempt}`
  const text = JSON.stringify(input)
  const kept = world.kept[name]
  if (kept && nowMs < kept.untilMs)
    return kept.input === text
      ? { world, answer: { status: 201, again: name } }
      : { world, answer: { status: 409, code: 'IDEMPOTENCY_KEY_REUSED' } }
  const done = work()
  if (done.answer.status !== 201) return done
  const results = { ...done.world.kept, [name]: { input: text, untilMs: nowMs + KEPT_MS } }
  return { ...done, world: { ...done.world, kept: results } }
}

function issue(world: World, fields: Fields, attempt: Attempt, nowMs: number): Next {
  // Null clears nothing here: it is the default, but an environment cannot be null.
  if (!isWellFormed(fields)) return { world, answer: invalid }
  const settings = {
    label: fields.label!.trim(),
    environment: fields.environment ?? 'production',
    scopes: fields.scopes ?? [],
    allowedIps: fields.allowedIps ?? [],
    rateLimitPerMinute: fields.rateLimitPerMinute ?? null,
    expiresAtMs: expiryOf(fields.expiresInSeconds, nowMs),
  }
  return once(world, 'issue', attempt, settings, nowMs, () => {
    if (settings.expiresAtMs !== null && settings.expiresAtMs <= nowMs)
      return { world, answer: invalid }
    if (breaches(world, { ...settings, createdAtMs: nowMs }).length > 0)
      return { world, answer: invalid }
    const answer = { status: 201, record: world.keys.length } as const
    return { world: withNewKey(world, settings, true, null, nowMs), answer }
  })
}

function withNewKey(
  world: World,
  settings: Settings,
  enabled: boolean,
  rotatedFrom: KeyAt | null,
  nowMs: number,
): World {
  const key: ModelKey = {
    ...settings,
    enabled,
    createdAtMs: nowMs,
    revokedAtMs: null,
    revokeReason: null,
    rotatedFrom,
    rotatedTo: null,
    lastUsedAtMs: null,
    lastUsedIp: null,
    taken: { minute: 0, count: 0 },
    events: ['key.created'],
  }
  return { ...world, keys: [...world.keys, key] }
}

function patch(world: World, at: KeyAt, key: ModelKey, fields: Fields, nowMs: number): Next {
  const after: ModelKey = { ...key }
  if (fields.expiresInSeconds !== undefined) {
    after.expiresAtMs = expiryOf(fields.expiresInSeconds, nowMs)
    if (after.expiresAtMs !== null && after.expiresAtMs <= nowMs) return { world, answer: invalid }
    const isLater = (after.expiresAtMs ?? Infinity) > (key.expiresAtMs ?? Infinity)
    if (key.rotatedTo !== null && isLater) return { world, answer: conflict }
  }
  if (key.revokedAtMs !== null) return { world, answer: conflict }
  if (fields.label !== undefined) after.label = fields.label!.trim()
  if (fields.environment !== undefined) after.environment = fields.environment!
  if (fields.scopes !== undefined) after.scopes = fields.scopes ?? []
  if (fields.allowedIps !== undefined) after.allowedIps = fields.allowedIps ?? []
  if (fields.rateLimitPerMinute !== undefined) after.rateLimitPerMinute = fields.rateLimitPerMinute
  const isUpdated = JSON.stringify(after) !== JSON.stringify(key)
  const hasChanged = (field: keyof Settings) =>
    JSON.stringify(after[field]) !== JSON.stringify(key[field])
  const isNewBreach = (field: string) =>
    hasChanged(field as keyof Settings) || (field !== 'expiresAtMs' && hasChanged('environment'))
  if (breaches(world, after).some(isNewBreach)) return { world, answer: invalid }
  after.enabled = fields.enabled ?? key.enabled
  const events = isUpdated ? ['key.updated'] : []
  if (after.enabled !== key.enabled) events.push(after.enabled ? 'key.enabled' : 'key.disabled')
  return { world: withKey(world, at, after, ...events), answer: { status: 200, record: at } }
}

function rotate(world: World, at: KeyAt, step: Step & { kind: 'rotate' }, nowMs: number): Next {
  const { overlapSeconds: overlap } = step
  if (overlap === null || overlap === undefined) return { world, answer: invalid }
  if (!Number.isInteger(overlap) || overlap < 0 || overlap > MAX_OVERLAP_SECONDS)
    return { world, answer: invalid }
  return once(world, `rotate ${at}`, step.attempt, overlap, nowMs, () => {
    const key = world.keys[at]
    if (!key) return { world, answer: notFound }
    const status = statusOf(key, nowMs)
    if (status === 'revoked' || status === 'expired' || key.rotatedTo !== null)
      return { world, answer: conflict }
    const lifeMs = key.expiresAtMs === null ? null : key.expiresAtMs - key.createdAtMs
    const { label, environment, scopes, allowedIps, rateLimitPerMinute } = key
    const settings = { label, environment, scopes, allowedIps, rateLimitPerMinute }
    const { maxLifetimeDays } = world.policy
    const longestMs = maxLifetimeDays === null ? Infinity : maxLifetimeDays * DAY_MS
    const newLifeMs = Math.min(lifeMs ?? Infinity, longestMs)
    const expiresAtMs = newLifeMs === Infinity ? null : nowMs + newLifeMs
    if (breaches(world, { ...settings, expiresAtMs, createdAtMs: nowMs }).length > 0)
      return { world, answer: invalid }
    const successor = world.keys.length
    const both = withNewKey(world, { ...settings, expiresAtMs }, key.enabled, at, nowMs)
    const old =
      overlap === 0
        ? { ...key, rotatedTo: successor, revokedAtMs: nowMs, revokeReason: 'Rotated' }
        : {
            ...key,
            rotatedTo: successor,
            expiresAtMs: Math.min(key.expiresAtMs ?? Infinity, nowMs + overlap * 1000),
          }
    const answer = { status: 201, record: successor } as const
    return { world: withKey(both, at, old, 'key.rotated'), answer }
  })
}

function verify(
  world: World,
  at: KeyAt,
  key: ModelKey | undefined,
  { scopes, ip, cost = 1 }: Step & { kind: 'verify' },
  nowMs: number,
): Next {
  if (cost > MAX_COST) return { world, answer: invalid }
  const refuse = (code: string, budget?: Budget): Next => ({
    world,
    answer: { status: 200, verdict: { code, ...(budget && { budget }) } },
  })
  if (!key) return refuse('NOT_FOUND')
  const status = statusOf(key, nowMs)
  if (status !== 'active') return refuse(status.toUpperCase())
  if (key.allowedIps.length > 0 && !key.allowedIps.some((it) => addresses[it]!.includes(ip ?? '')))
    return refuse('IP_NOT_ALLOWED')
  if (key.scopes.length > 0 && scopes.some((scope) => !key.scopes.includes(scope)))
    return refuse('INSUFFICIENT_SCOPE')
  const limit = key.rateLimitPerMinute ?? DEFAULT_LIMIT
  const minute = Math.floor(nowMs / 60_000)
  const first = firstOfChain(world, at)
  const { taken } = world.keys[first]!
  const before = taken.minute === minute ? taken.count : 0
  const resetAtMs = (minute + 1) * 60_000
  // A limit that was lowered can be below what was taken already.
  const left = (count: number) => ({ limit, remaining: Math.max(0, limit - count), resetAtMs })
  if (cost === 0 ? before >= limit : before + cost > limit)
    return refuse('RATE_LIMITED', left(before))
  const answer: Answer = {
    status: 200,
    verdict: { code: 'VALID', key: at, budget: left(before + cost) },
  }
  if (cost === 0) return { world, answer }
  // An IPv4 address in IPv6 form is stored as the IPv4 address.
  const lastUsedIp = ip?.replace('::ffff:', '') ?? null
  const used = withKey(world, at, { ...key, lastUsedAtMs: nowMs, lastUsedIp })
  const budget = { ...used.keys[first]!, taken: { minute, count: before + cost } }
  return { world: withKey(used, first, budget), answer }
}

function firstOfChain({ keys }: World, at: KeyAt): KeyAt {
  const { rotatedFrom } = keys[at]!
  return rotatedFrom === null ? at : firstOfChain({ keys } as World, rotatedFrom)
}
