import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { onEachDatabase, PASSWORD, type TestApi } from '../../../../scripts/testkit/api/kit.ts'
import { startSweeping } from '../../boot/start-sweeping.ts'
import { makeResetToken } from './passwords/make-reset-token.ts'
import { HOUR_MS } from '@zentrix/shared/moment.ts'

/** A session like that of a sign-in, which began and ends so many hours from now. */
function session(userId: string, createdInHours: number, expiresInHours: number) {
  const at = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString()
  return {
    id: randomUUID(),
    expires_at: at(expiresInHours),
    token: randomUUID(),
    ip_address: null,
    user_agent: null,
    user_id: userId,
    active_organization_id: null,
    created_at: at(createdInHours),
    updated_at: at(createdInHours),
  }
}

async function tokensOf({ ctx }: TestApi, userId: string): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('sessions')
    .select('token')
    .where('user_id', '=', userId)
    .execute()
  return rows.map(({ token }) => token)
}

onEachDatabase((open) => {
  test('expired rows of people are swept, and no live ones', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.ctx.db
      .insertInto('sessions')
      .values(session(owner.id, -9, -1))
      .execute()
    const [old, young] = [await makeResetToken(api.ctx, owner.email), randomUUID()]
    await api.ctx.db
      .updateTable('verifications')
      .set({ expires_at: new Date(Date.now() - 1).toISOString() })
      .execute()
    expect(old).toBeDefined()
    const row = { identifier: young, value: '', created_at: null, updated_at: null }
    const expires_at = new Date(Date.now() + HOUR_MS).toISOString()
    await api.ctx.db
      .insertInto('verifications')
      .values({ ...row, id: young, expires_at })
      .execute()
    await startSweeping(api.ctx)()
    expect(await tokensOf(api, owner.id)).toHaveLength(1)
    await owner.agent.get('/api/keys').expect(200)
    const kept = await api.ctx.db.selectFrom('verifications').select('id').execute()
    expect(kept).toEqual([{ id: young }])
  })

  test('a person has 100 live sessions; one more ends the oldest', async () => {
    const api = await open()
    const owner = await api.owner()
    const other = await api.owner()
    const older = Array.from({ length: 98 }, (_, at) => session(owner.id, at - 200, 100))
    await api.ctx.db.insertInto('sessions').values(older).execute()
    const signIn = () =>
      api.request
        .post('/api/session/sign-in/email')
        .send({ email: owner.email, password: PASSWORD })
        .then(({ body }) => String((body as { token: unknown }).token))
    const newest = await Promise.all([signIn(), signIn(), signIn(), signIn()])
    const tokens = await tokensOf(api, owner.id)
    expect(tokens).toHaveLength(100)
    expect(tokens).toEqual(expect.arrayContaining(newest))
    expect(tokens.filter((token) => older.slice(0, 3).some((it) => it.token === token))).toEqual([])
    await owner.agent.get('/api/keys').expect(200)
    await other.agent.get('/api/keys').expect(200)
  })
})
