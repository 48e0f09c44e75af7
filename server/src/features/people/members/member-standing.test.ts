import type { ListedMember } from '@zentrix/shared/routes/people/session-answers.ts'
import { expect, test, vi } from 'vitest'
import { onEachDatabase, type Person } from '../../../../../scripts/testkit/api/kit.ts'

// Generous: the machine may be busy.
const SOON = { timeout: 30_000, interval: 10 }

onEachDatabase((open) => {
  test('the list says when members were here, how they sign in, and what they made', async () => {
    const api = await open()
    const owner = await api.owner()
    const { organizationId } = owner
    const admin = await api.member(organizationId, 'admin')
    const member = await api.member(organizationId, 'member')
    const viewer = await api.member(organizationId, 'viewer')
    const rowOf = async (by: Person, of: Person) => {
      const { body } = await by.agent.get('/api/session/organization/list-members').expect(200)
      const { members } = body as { members: ListedMember[] }
      return members.find(({ userId }) => userId === of.id)!
    }
    expect((await rowOf(owner, member)).standing).toEqual({
      lastSeenAt: null,
      twoFactorEnabled: false,
      hasPassword: true,
    })
    const startedAt = new Date().toISOString()
    for (const label of ['One', 'Two', 'Revoked', 'Over'])
      await member.agent.post('/api/keys').send({ label }).expect(201)
    const keys = api.ctx.db.updateTable('api_keys').where('organization_id', '=', organizationId)
    const before = new Date(Date.parse(api.ctx.now()) - 1000).toISOString()
    await keys.set({ revoked_at: before }).where('label', '=', 'Revoked').execute()
    await keys.set({ expires_at: before }).where('label', '=', 'Over').execute()
    await vi.waitUntil(async () => (await rowOf(admin, member)).standing?.lastSeenAt !== null, SOON)
    const row = await rowOf(admin, member)
    expect(row.standing!.lastSeenAt! >= startedAt).toBe(true)
    expect(row.activeKeys).toBe(2)
    expect(await rowOf(owner, viewer)).toMatchObject({
      activeKeys: 0,
      standing: { lastSeenAt: null },
    })
    for (const reader of [member, viewer]) {
      expect(await rowOf(reader, member)).toMatchObject({ activeKeys: 2 })
      expect((await rowOf(reader, member)).standing).toBeUndefined()
    }

    const user = api.ctx.db.updateTable('users').where('id', '=', member.id)
    await user.set((eb) => ({ two_factor_enabled: eb.lit(true) })).execute()
    await api.ctx.db.deleteFrom('accounts').where('user_id', '=', member.id).execute()
    expect((await rowOf(owner, member)).standing).toMatchObject({
      twoFactorEnabled: true,
      hasPassword: false,
    })
  })

  test('that a member is here is written once in five minutes, and never backwards', async () => {
    const api = await open()
    const member = await api.member((await api.owner()).organizationId, 'member')
    const row = api.ctx.db.updateTable('members').where('user_id', '=', member.id)
    const seen = async () => {
      const { last_seen_at: at } = await api.ctx.db
        .selectFrom('members')
        .select('last_seen_at')
        .where('user_id', '=', member.id)
        .executeTakeFirstOrThrow()
      return at
    }
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
    for (const at of [ago(1), ago(-1)]) {
      await row.set({ last_seen_at: at }).execute()
      for (let count = 0; count < 3; count++) await member.agent.get('/api/keys').expect(200)
      // Behind a write that has begun.
      await row.set({ role: 'member' }).execute()
      expect(await seen()).toBe(at)
    }
    const long = ago(60)
    await row.set({ last_seen_at: long }).execute()
    await member.agent.get('/api/keys').expect(200)
    await vi.waitUntil(async () => (await seen()) !== long, SOON)
  })
})
