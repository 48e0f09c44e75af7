import { expect, test } from 'vitest'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'

const ADDRESS = 'grace@example.com'

async function invite(by: Person): Promise<string> {
  const { body } = await by.agent
    .post('/api/session/organization/invite-member')
    .send({ email: ADDRESS, role: 'member' })
    .expect(200)
  return String(body.id)
}

function show(api: TestApi, token: unknown) {
  return api.request.post('/api/session/invitation').send({ token })
}

async function end(api: TestApi, change: { status?: string; expires_at?: string }) {
  await api.ctx.db.updateTable('invitations').set(change).execute()
}

onEachDatabase((open) => {
  test('the holder of a link sees the inviter and the organization, before signing in', async () => {
    const api = await open()
    const owner = await api.owner()
    const { status, body, headers } = await show(api, await invite(owner))
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toEqual({
      status: 'pending',
      email: ADDRESS,
      role: 'member',
      organizationName: 'Test organization',
      inviterName: 'Max owner',
      inviterEmail: owner.email,
      expiresAt: expect.stringMatching(/Z$/),
    })
  })

  test('the link of an ended invitation shows only how it ended', async () => {
    const api = await open()
    const token = await invite(await api.owner())
    await end(api, { expires_at: new Date(Date.now() - 1000).toISOString() })
    expect((await show(api, token)).body).toEqual({ status: 'expired' })
    for (const status of ['accepted', 'rejected', 'canceled']) {
      await end(api, { status })
      expect((await show(api, token)).body).toEqual({ status })
    }
  })

  test('without the proof in the link the invitation does not exist', async () => {
    const api = await open()
    const token = await invite(await api.owner())
    const [id = '', proof = ''] = token.split('.')
    for (const forged of [id, `${id}.`, `${id}.${'A'.repeat(22)}`, `x.${proof}`, '', `${token}A`])
      expectError(await show(api, forged), 404, 'NOT_FOUND')
    for (const fault of [undefined, 7, 'x'.repeat(201)])
      expectError(await show(api, fault), 400, 'INVALID_INPUT')
  })

  test('no log contains the token of a link', async () => {
    const api = await open()
    const token = await invite(await api.owner())
    await show(api, token)
    expect(api.logs.join('')).not.toContain(token.split('.')[1])
  })

  test('another site cannot ask', async () => {
    const api = await open()
    const token = await invite(await api.owner())
    const answer = await show(api, token).set('Origin', 'https://elsewhere.example')
    expect(answer.status).toBe(403)
  })
})
