import { expect } from 'vitest'
import type { ApiKey, IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { RevokedMany } from '@zentrix/shared/schemas/revoke-many.ts'
import type { TestApi } from '../../../scripts/testkit/api/kit.ts'
import { manyOf } from './model-many.ts'
import { next } from './model.ts'
import { keyAt, statusOf, type Answer, type Budget, type Verdict, type World } from './world.ts'
import { NOBODY, type Attempt, type Fields, type KeyAt, type Step } from './steps.ts'

type Made = { id: string; secret: string }
type Reply = { status: number; text: string; body: unknown }

const UNKNOWN: Made = { id: 'key_of_nobody', secret: `nas_${'0'.repeat(32)}` }

/** Takes steps on a running service, in an organization of their own, and holds its answers against the model's. */
export async function follower(api: TestApi) {
  const owner = await api.owner()
  const { organizationId } = owner
  const service = { Authorization: `Bearer ${await api.serviceToken()}` }
  const tenant = { ...service, 'X-Organization-Id': organizationId }
  const made: Made[] = []
  const firstTexts = new Map<string, string>()
  let maker: ApiKey['createdBy'] = null

  const madeAt = (at: KeyAt) => (at === NOBODY ? UNKNOWN : made[at]!)
  const idAt = (at: KeyAt | null) => (at === null ? null : madeAt(at).id)

  function send(world: World, step: Exclude<Step, { kind: 'wait' }>): PromiseLike<Reply> {
    const { request } = api
    if (step.kind === 'issue')
      return request
        .post('/api/keys')
        .set({ ...tenant, ...attemptHeader(step.attempt) })
        .send(bodyOf(step.fields))
    if (step.kind === 'list')
      return request.get('/api/keys').query({ status: step.status, limit: 100 }).set(tenant)
    if (step.kind === 'policy') return owner.agent.patch('/api/policy').send(step.change)
    if (step.kind === 'revoke-many')
      return request.post('/api/keys/revoke-many').set(tenant).send(manyBody(world, step))
    const { id, secret } = madeAt(keyAt(world, step.key))
    const path = `/api/keys/${id}`
    switch (step.kind) {
      case 'read':
        return request.get(path).set(tenant)
      case 'patch':
        return request.patch(path).set(tenant).send(bodyOf(step.fields))
      case 'rotate':
        return request
          .post(`${path}/rotate`)
          .set({ ...tenant, ...attemptHeader(step.attempt) })
          .send({ overlapSeconds: step.overlapSeconds })
      case 'revoke':
        return request.delete(path).set(tenant).send({ reason: step.reason })
      case 'verify': {
        const { scopes, ip, cost } = step
        const question = { key: secret, scopes, ip, cost }
        return request.post('/api/auth/verify').set(service).send(question)
      }
    }
  }

  function bodyOf({ expiresInSeconds, ...fields }: Fields): object {
    if (expiresInSeconds === undefined) return fields
    return { ...fields, expiresAt: expiresInSeconds === null ? null : later(expiresInSeconds) }
  }

  function manyBody(world: World, step: Step & { kind: 'revoke-many' }): object {
    const { filter, reason, dryRun, miscount } = step
    const { environment, createdBeforeSeconds, unusedSinceSeconds, keys } = filter
    const ago = (seconds: number | undefined) =>
      seconds === undefined ? undefined : later(-seconds)
    return {
      filter: {
        environment,
        createdBefore: ago(createdBeforeSeconds),
        unusedSince: ago(unusedSinceSeconds),
        ids: keys?.map((at) => madeAt(keyAt(world, at)).id),
      },
      reason,
      dryRun,
      expect: manyOf(world, filter, api.clock.nowMs()).length + Number(miscount),
    }
  }

  function later(seconds: number): string {
    return new Date(api.clock.nowMs() + seconds * 1000).toISOString()
  }

  /** The record of a key as the model has it. */
  function recordAt({ keys }: World, at: KeyAt): ApiKey {
    const { events: _, taken: __, ...key } = keys[at]!
    const { id, secret } = madeAt(at)
    const last4 = secret.slice(-4)
    return {
      id,
      organizationId,
      label: key.label,
      masked: `nas_...${last4}`,
      last4,
      environment: key.environment as ApiKey['environment'],
      scopes: key.scopes,
      status: statusOf(keys[at]!, api.clock.nowMs()),
      enabled: key.enabled,
      rateLimitPerMinute: key.rateLimitPerMinute,
      allowedIps: key.allowedIps,
      createdAt: isoOf(key.createdAtMs)!,
      createdBy: maker,
      expiresAt: isoOf(key.expiresAtMs),
      lastUsedAt: isoOf(key.lastUsedAtMs),
      lastUsedIp: key.lastUsedIp,
      revokedAt: isoOf(key.revokedAtMs),
      revokedBy: key.revokedAtMs === null ? null : maker,
      revokeReason: key.revokeReason,
      leakedAt: null,
      leakedUrl: null,
      rotatedFrom: idAt(key.rotatedFrom),
      rotatedTo: idAt(key.rotatedTo),
    }
  }

  function verdictOf(world: World, verdict: Verdict): object {
    const { code, key: at, budget } = verdict
    const rateLimit = budget && { rateLimit: budgetOf(budget) }
    if (at === undefined) return { valid: false, code, ...rateLimit }
    const { id: keyId, label, environment, scopes, expiresAt } = recordAt(world, at)
    const key = { keyId, organizationId, label, environment, scopes, expiresAt }
    return { valid: true, code, ...key, ...rateLimit }
  }

  function compare(world: World, answer: Answer, step: Step, reply: Reply): void {
    expect({ status: reply.status, code: codeOf(reply, answer) }).toEqual({
      status: answer.status,
      code: 'code' in answer ? answer.code : undefined,
    })
    if ('again' in answer) expect(reply.text).toBe(firstTexts.get(answer.again))
    if ('verdict' in answer) expect(reply.body).toEqual(verdictOf(world, answer.verdict))
    if ('list' in answer)
      expect(reply.body).toEqual({
        data: answer.list.map((at) => recordAt(world, at)),
        nextCursor: null,
      })
    if ('policy' in answer) expect(reply.body).toEqual(answer.policy)
    if ('matched' in answer) {
      const { matched, keyIds } = reply.body as RevokedMany
      expect(matched).toBe(answer.matched.length)
      expect(keyIds.toSorted()).toEqual(answer.matched.map((at) => madeAt(at).id).toSorted())
    }
    if (!('record' in answer)) return
    const { key: secret, ...record } = reply.body as IssuedKey
    if (answer.status === 201) {
      made[answer.record] = { id: record.id, secret }
      maker ??= record.createdBy
      if ('attempt' in step && step.attempt !== undefined)
        firstTexts.set(nameOf(world, answer.record, step.attempt), reply.text)
    } else expect(secret).toBeUndefined()
    expect(record).toEqual(recordAt(world, answer.record))
  }

  /** Takes a step. @returns the model's world after it */
  async function take(world: World, step: Step): Promise<World> {
    if (step.kind === 'wait') {
      api.clock.advance(step.seconds)
      return world
    }
    // A reader waits for uses to be written, but no longer than 3 seconds of a busy machine.
    if (step.kind !== 'verify') await api.ctx.usage.flush()
    const { world: after, answer } = next(world, step, api.clock.nowMs())
    compare(after, answer, step, await send(world, step))
    return after
  }

  /** Looks at every key once more: what it answers, and what the audit log says about it. */
  async function lookAtAll(world: World): Promise<void> {
    for (const at of world.keys.keys()) {
      await take(world, { kind: 'read', key: at })
      await take(world, { kind: 'verify', key: at, scopes: [], cost: 0 })
      const log = await api.request
        .get('/api/audit-events')
        .query({ keyId: madeAt(at).id, limit: 100 })
        .set(tenant)
      const events = (log.body as { data: { action: string }[] }).data
      expect(events.map(({ action }) => action).toReversed()).toEqual(world.keys[at]!.events)
    }
  }

  return { take, lookAtAll }
}

/** The name of an attempt in the model. */
function nameOf({ keys }: World, at: KeyAt, attempt: string): string {
  const { rotatedFrom } = keys[at]!
  return `${rotatedFrom === null ? 'issue' : `rotate ${rotatedFrom}`} ${attempt}`
}

function attemptHeader(attempt: Attempt): Record<string, string> {
  return attempt === undefined ? {} : { 'Idempotency-Key': attempt.repeat(32) }
}

function codeOf({ body }: Reply, answer: Answer): unknown {
  return 'verdict' in answer ? undefined : (body as { code?: unknown }).code
}

function budgetOf({ limit, remaining, resetAtMs }: Budget) {
  return { limit, remaining, resetAt: isoOf(resetAtMs) }
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
