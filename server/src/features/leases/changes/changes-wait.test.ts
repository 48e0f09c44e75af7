import { expect, test } from 'vitest'
import { LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import { beginLease } from '../../../../../scripts/testkit/api/lease.ts'
import {
  onEachDatabase,
  testApi,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { listRoutes } from '../../../../../scripts/testkit/api/list-routes.ts'
import { KEY, make } from '../../../../../scripts/testkit/api/make-once.ts'
import { startKeyServer } from '../../../../test/key-server.ts'
import { importKeys } from '../../keys/transfer/import-keys.ts'
import { systemPrincipal } from '../../principals.ts'
import { issuePlatformToken } from '../../service-tokens/issue-platform-token.ts'
import { revokeServiceToken } from '../../service-tokens/revoke-service-token.ts'
import type { Access } from '../../../http/access-rules.ts'

type Stage = { api: TestApi; owner: Person; report(key: string): PromiseLike<unknown> }
/** Prepares a call, and returns what makes it. */
type Call = (stage: Stage) => Promise<() => PromiseLike<unknown>>

const SCANNED = { type: 'zentrix_api_key', url: null, source: 'Content' }

/** Everything that could answer that a key or a service token has ended, or is narrower. */
const calls: Record<string, Call> = {
  'POST /api/keys':
    async ({ owner }) =>
    () =>
      owner.agent.post('/api/keys').send({ label: 'New' }).expect(201),
  'POST /api/keys (again)': async ({ owner }) => {
    await make(owner).expect(201)
    return () => make(owner).expect(201)
  },
  'PATCH /api/keys/:id': async ({ api, owner }) => {
    const { id } = await api.issueKey(owner)
    return () => owner.agent.patch(`/api/keys/${id}`).send({ enabled: false }).expect(200)
  },
  'PATCH /api/keys/:id (no effect)': async ({ api, owner }) => {
    const { id, label } = await api.issueKey(owner)
    return () => owner.agent.patch(`/api/keys/${id}`).send({ label }).expect(200)
  },
  'PATCH /api/keys/:id (refused)': async ({ api, owner }) => {
    const { id } = await api.issueKey(owner)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    return () => owner.agent.patch(`/api/keys/${id}`).send({ label: 'x' }).expect(409)
  },
  'DELETE /api/keys/:id': async ({ api, owner }) => {
    const { id } = await api.issueKey(owner)
    return () => owner.agent.delete(`/api/keys/${id}`).expect(204)
  },
  'DELETE /api/keys/:id (again)': async ({ api, owner }) => {
    const { id } = await api.issueKey(owner)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    return () => owner.agent.delete(`/api/keys/${id}`).expect(204)
  },
  'POST /api/keys/:id/rotate': async ({ api, owner }) => {
    const { id } = await api.issueKey(owner)
    const rotate = owner.agent.post(`/api/keys/${id}/rotate`)
    return () => rotate.set('Idempotency-Key', KEY).send({ overlapSeconds: 0 }).expect(201)
  },
  'POST /api/keys/revoke-leaked': async ({ api, owner }) => {
    const { key } = await api.issueKey(owner)
    return () => api.request.post('/api/keys/revoke-leaked').send({ key }).expect(202)
  },
  'POST /api/leaks/github': async ({ api, owner, report }) => {
    const { key } = await api.issueKey(owner)
    return () => report(key)
  },
  'POST /api/keys/revoke-many': async ({ api, owner }) => {
    const { id } = await api.issueKey(owner)
    return () =>
      owner.agent
        .post('/api/keys/revoke-many')
        .send({ filter: { ids: [id] } })
        .expect(200)
  },
  'POST /api/service-tokens':
    async ({ owner }) =>
    () =>
      owner.agent
        .post('/api/service-tokens')
        .send({ name: 'New', scopes: ['keys:verify'] })
        .expect(201),
  'DELETE /api/service-tokens/:id': async ({ owner }) => {
    const token = { name: 'Old', scopes: ['keys:verify'] }
    const { body } = await owner.agent.post('/api/service-tokens').send(token).expect(201)
    return () => owner.agent.delete(`/api/service-tokens/${body.id}`).expect(204)
  },
  'service-token revoke':
    async ({ api }) =>
    async () =>
      revokeServiceToken(api.ctx, systemPrincipal, 'svc_unknown'),
  import:
    async ({ api, owner }) =>
    async () =>
      importKeys(api.ctx, systemPrincipal, owner.organizationId, lines(), {
        refuse: () => undefined,
        beforeWriting: () => undefined,
        progress: () => undefined,
        signal: new AbortController().signal,
      }),
}

async function* lines() {
  yield { number: 1, text: JSON.stringify({ sha256: '0'.repeat(64), label: 'x', last4: 'abcd' }) }
}

const changing: (Access | undefined)[] = [
  'keys:issue',
  'keys:update',
  'keys:rotate',
  'keys:revoke',
  'service-tokens:manage',
  'leaks:report',
]

function isChange([route, access]: [string, Access | undefined]): boolean {
  if (/^(GET|HEAD|OPTIONS) /.test(route)) return false
  return changing.includes(access) || /^\w+ \/api\/keys\b/.test(route)
}

// They answer what they find, and change nothing.
const questions = ['POST /api/leaks/trufflehog', 'POST /api/keys/find']

test('every route that changes keys or service tokens is among those that are tried', async () => {
  const { app } = await testApi()
  const routes = [...listRoutes(app)].filter(isChange).map(([route]) => route)
  const tried = new Set([
    ...Object.keys(calls).map((name) => name.replace(/ \(.*/, '')),
    ...questions,
  ])
  expect(routes.filter((route) => !tried.has(route))).toEqual([])
})

onEachDatabase((open) => {
  test('each of them waits for a verifier that has not confirmed the last change', async () => {
    const { url, signer } = await startKeyServer()
    const api = await open({ env: { LEAK_KEYS_URL: url } })
    const owner = await api.owner()
    const report = (token: string) => {
      const body = JSON.stringify([{ ...SCANNED, token }])
      const headers = signer.headersFor(body)
      return api.request.post('/api/leaks/github').set(headers).send(body).expect(200)
    }
    const { id } = await api.issueKey(owner)
    const prepared = await Promise.all(
      Object.entries(calls).map(async ([name, prepare]) => ({
        name,
        call: await prepare({ api, owner, report }),
      })),
    )
    const startedAt = performance.now()
    await beginLease(api)
    const { ctx } = api
    await ctx.db.updateTable('api_keys').set({ label: 'Other' }).where('id', '=', id).execute()
    const tookMs = await Promise.all(
      prepared.map(async ({ name, call }) => {
        await call()
        return { name, isHeldUp: performance.now() - startedAt >= LEASE_WAIT_MS }
      }),
    )
    expect(tookMs.filter(({ isHeldUp }) => !isHeldUp)).toEqual([])
  })

  test('a new token of the platform, as a start makes one, waits for no verifier', async () => {
    const api = await open()
    const { id } = await api.issueKey(await api.owner())
    const { ctx } = api
    await beginLease(api)
    await ctx.db.updateTable('api_keys').set({ label: 'Other' }).where('id', '=', id).execute()
    await issuePlatformToken(ctx, systemPrincipal, {
      name: 'Bootstrap',
      scopes: ['keys:verify'],
      organizationIds: null,
      expiresAt: null,
    })
    expect(ctx.leases.running()).toBe(1)
  })
})
