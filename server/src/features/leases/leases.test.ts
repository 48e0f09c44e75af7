import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { HOLD_MS, LEASE_MS, LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import { expectError, onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'
import { beginLease, playInTime } from '../../../../scripts/testkit/api/lease.ts'
import { slowness } from '../../../../scripts/testkit/api/slowness.ts'

/** Sends a request now; by itself it waits until somebody wants the answer. */
function sent<T>(request: PromiseLike<T>): Promise<T> {
  return Promise.resolve().then(() => request)
}

/** How long something takes, in milliseconds. */
async function timed(work: PromiseLike<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work
  return performance.now() - startedAt
}

onEachDatabase((open) => {
  test('a change is answered when the verifier has applied it, and not before', async () => {
    const api = await open()
    const owner = await api.owner()
    const begin = () => beginLease(api)
    await playInTime(begin, async (verifier) => {
      const { ranOut } = api.ctx.metrics.leases
      const { id, key } = await api.issueKey(owner)
      const { copy } = await verifier.verify(key)
      expect(copy).toMatchObject({ keyId: id, asOf: verifier.last.head, enabled: true })
      const held = verifier.poll()
      let isAnswered = false
      const revoked = owner.agent
        .delete(`/api/keys/${id}`)
        .expect(204)
        .then(() => (isAnswered = true))
      const { changes, leaseMs } = await held
      expect(changes).toEqual([{ seq: expect.any(Number), keyId: id }])
      expect(leaseMs).toBeGreaterThan(LEASE_MS / 2)
      expect(await verifier.verify(key)).toMatchObject({ valid: false, code: 'REVOKED' })
      expect(isAnswered).toBe(false)
      const confirming = verifier.poll()
      await revoked
      await confirming
      expect(api.ctx.metrics.leases.ranOut).toBe(ranOut)
    })
  })

  test('a verifier that does not confirm holds a change up until its lease is over, once', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const other = await api.issueKey(owner)
    const startedAt = performance.now()
    await beginLease(api)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
    expect(api.ctx.metrics.leases.ranOut).toBe(1)
    expect(api.ctx.leases.running()).toBe(0)
    const again = await timed(owner.agent.delete(`/api/keys/${other.id}`).expect(204))
    expect(again).toBeLessThan(LEASE_WAIT_MS * slowness())
    expect(api.ctx.metrics.leases.ranOut).toBe(1)
  })

  test('a poll is held while nothing changes, and renews the lease', async () => {
    const api = await open()
    const verifier = await beginLease(api)
    const { session } = verifier.last
    expect(await timed(verifier.poll({ poll: 'this one' }))).toBeGreaterThanOrEqual(HOLD_MS - 1)
    expect(verifier.last).toMatchObject({ session, changes: [], resync: false, poll: 'this one' })
    expect(verifier.last.leaseMs).toBeGreaterThan(LEASE_MS / 2)
  })

  test('SQL by hand reaches a verifier with its next answer', async () => {
    const api = await open()
    const { id } = await api.issueKey(await api.owner())
    const verifier = await beginLease(api)
    const { ctx } = api
    await ctx.db.updateTable('api_keys').set({ label: 'Other' }).where('id', '=', id).execute()
    const { changes } = await verifier.poll()
    expect(changes).toMatchObject([{ keyId: id }])
  })

  test('a database that went back to an earlier moment answers no change before all leases are over', async () => {
    const api = await open()
    const owner = await api.owner()
    const { db, lookups, database } = api.ctx
    const begin = () => beginLease(api)
    await playInTime(begin, async (verifier) => {
      const { id } = await api.issueKey(owner)
      const before = await lookups.headOfChanges()
      for (const label of ['These', 'are', 'lost'])
        await db.updateTable('api_keys').set({ label }).where('id', '=', id).execute()
      await verifier.poll()
      const startedAt = performance.now()
      await db.deleteFrom('verdict_changes').where('seq', '>', before).execute()
      if (database.dialect === 'postgres')
        await sql`select setval('verdict_changes_seq_seq', ${before})`.execute(db)
      await owner.agent.delete(`/api/keys/${id}`).expect(204)
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
      expect(await verifier.poll()).toMatchObject({ leaseMs: 0, resync: true })
    })
  })

  test('a verifier hears nothing of keys that its token may not ask about', async () => {
    const api = await open()
    const [owner, other] = [await api.owner(), await api.owner()]
    const { organizationId } = owner
    const token = await api.serviceToken({ organizationIds: [organizationId] })
    const verifier = await beginLease(api, token)
    const [own, foreign] = [await api.issueKey(owner), await api.issueKey(other)]
    expect((await verifier.verify(foreign.key)).copy).toBeUndefined()
    await other.agent.delete(`/api/keys/${foreign.id}`).expect(204)
    const revoked = sent(owner.agent.delete(`/api/keys/${own.id}`).expect(204))
    const { changes } = await verifier.poll()
    expect(changes).toMatchObject([{ keyId: own.id }])
    const confirming = verifier.poll()
    await revoked
    await confirming
  })

  test('who never confirms, limited to an organization, holds up no change of another', async () => {
    const api = await open()
    const [owner, other] = [await api.owner(), await api.owner()]
    const token = await api.serviceToken({ organizationIds: [other.organizationId] })
    const [own, foreign] = [await api.issueKey(owner), await api.issueKey(other)]
    const startedAt = performance.now()
    await beginLease(api, token)
    const waits = sent(other.agent.delete(`/api/keys/${foreign.id}`).expect(204))
    const path = `/api/keys/${own.id}`
    await owner.agent.patch(path).send({ label: 'Other' }).expect(200)
    await owner.agent.delete(path).expect(204)
    await owner.agent.delete(path).expect(204)
    await owner.agent.patch(path).send({ label: 'x' }).expect(409)
    await waits
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
    // The change of its own organization, and none of the four others.
    expect(api.ctx.metrics.leases.ranOut).toBe(1)
  })

  test('a service token that is revoked ends its sessions before that is answered', async () => {
    const api = await open()
    const owner = await api.owner()
    const { body } = await owner.agent
      .post('/api/service-tokens')
      .send({ name: 'Verifier', scopes: ['keys:verify'] })
      .expect(201)
    const startedAt = performance.now()
    const verifier = await beginLease(api, body.token)
    const held = verifier.poll()
    const revoked = sent(owner.agent.delete(`/api/service-tokens/${body.id}`).expect(204))
    expect(await held).toMatchObject({ leaseMs: 0, resync: true })
    await expect(verifier.poll()).rejects.toThrow('401')
    await revoked
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
  })

  test('a lease ends no later than the token that it was granted to', async () => {
    const api = await open()
    const expiresAt = new Date(api.clock.nowMs() + 1200).toISOString()
    const verifier = await beginLease(api, await api.serviceToken({ expiresAt }))
    expect(verifier.last.leaseMs).toBe(1000)
  })

  test('a poll needs a service token with keys:verify, and a well-formed body', async () => {
    const api = await open()
    const ask = (token: string, body: object) =>
      api.request.post('/api/auth/lease').set('Authorization', `Bearer ${token}`).send(body)
    const body = { session: null, nonce: '', applied: 0, batch: 0, uses: [], unused: [] }
    expectError(await api.request.post('/api/auth/lease').send(body), 401, 'UNAUTHORIZED')
    expectError(
      await ask(await api.serviceToken({ scopes: ['keys:manage'] }), body),
      403,
      'INSUFFICIENT_SCOPE',
    )
    const token = await api.serviceToken({ scopes: ['keys:verify'] })
    for (const wrong of [
      {},
      { ...body, applied: -1 },
      { ...body, uses: [{}] },
      { ...body, more: 1 },
    ])
      expectError(await ask(token, wrong), 400, 'INVALID_INPUT')
    for (const first of [body, { ...body, nonce: null }, { ...body, nonce: undefined }])
      expect((await ask(token, first)).body).toMatchObject({
        session: expect.stringMatching(/^les_/),
        resync: false,
      })
  })

  test('with no session open, a change waits for nobody, and leaves no mark', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const rows = await api.ctx.db.selectFrom('deployment').select('name').execute()
    expect(rows.map(({ name }) => name)).not.toContain('leases-out')
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    expect(api.ctx.metrics.leases).toEqual({ granted: 0, longestWaitSeconds: 0, ranOut: 0 })
  })
})
