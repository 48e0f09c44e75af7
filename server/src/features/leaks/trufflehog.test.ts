import { expect, test } from 'vitest'
import { expectError, onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'

onEachDatabase((open) => {
  test('a scanner learns whether a match is live, and leaves no trace', async () => {
    const api = await open()
    const owner = await api.owner()
    const token = await api.serviceToken({ scopes: ['keys:verify'] })
    const ask = async (matches: object, bearer = token) =>
      api.request
        .post('/api/leaks/trufflehog')
        .set('Authorization', `Bearer ${bearer}`)
        .send(matches)
    const isLive = async (secret: string) =>
      (await ask({ ZentrixKey: { secret: [secret, secret] } })).status
    const live = await api.issueKey(owner, { allowedIps: ['192.0.2.1'] })
    const revoked = await api.issueKey(owner)
    const expired = await api.issueKey(owner, {
      expiresAt: new Date(api.clock.nowMs() + 1000).toISOString(),
    })
    const disabled = await api.issueKey(owner)
    await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
    await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
    const shortToken = await api.serviceToken({
      expiresAt: new Date(api.clock.nowMs() + 1000).toISOString(),
    })
    for (const secret of [live.key, token, shortToken, expired.key])
      expect(await isLive(secret)).toBe(200)
    api.clock.advance(1)
    for (const { key } of [revoked, expired, disabled]) expect(await isLive(key)).toBe(204)
    for (const secret of [shortToken, 'nas_unknown', '', '\0'])
      expect(await isLive(secret)).toBe(204)
    expect(
      (await ask({ one: { secret: [revoked.key] }, two: { secret: [live.key] } })).status,
    ).toBe(200)
    expect((await owner.agent.get(`/api/keys/${live.id}`)).body.lastUsedAt).toBe(null)
  })

  test('only a service that may verify gets an answer, and only about its own organizations', async () => {
    const api = await open()
    const { key } = await api.issueKey(await api.owner())
    const stranger = await api.owner()
    const ask = (bearer: string, matches: object = { key: { secret: [key] } }) =>
      api.request
        .post('/api/leaks/trufflehog')
        .set('Authorization', `Bearer ${bearer}`)
        .send(matches)
    expectError(await ask(key), 401, 'UNAUTHORIZED')
    const other = await api.serviceToken({ scopes: ['keys:manage'] })
    expectError(await ask(other), 403, 'INSUFFICIENT_SCOPE')
    const limited = await api.serviceToken({ organizationIds: [stranger.organizationId] })
    expect((await ask(limited)).status).toBe(204)
    const token = await api.serviceToken()
    const many = Array.from({ length: 20 }, (_, at) => `${at}`)
    const groups = Object.fromEntries(
      Array.from({ length: 6 }, (_, group) => [`${group}`, many.map((text) => group + text)]),
    )
    for (const wrong of [[key], { key }, { key: { secret: key } }, { all: groups }])
      expectError(await ask(token, wrong), 400, 'INVALID_INPUT')
  })
})
