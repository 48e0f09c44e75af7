import { expect, test } from 'vitest'
import { expectError, onEachDatabase } from '../../../../../scripts/testkit/api/kit.ts'
import { isSignedWith } from '../../../../../scripts/testkit/processes/open-receiver.ts'
import { forgetDeliveries } from '../forget-deliveries.ts'
import { deliveries, send, stage } from '../../../../test/sending.ts'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

onEachDatabase((open) => {
  test('what fails is tried again after growing pauses, and what follows waits for it', async () => {
    const { api, owner, to, sending, path } = await stage(await open())
    to.answer = (_message, response) => void response.writeHead(500).end()
    await api.issueKey(owner)
    const { id } = await api.issueKey(owner)
    await send(sending)
    const [behind, first] = await deliveries(owner, path)
    expect(first).toMatchObject({
      status: 'pending',
      attempts: 1,
      responseStatus: 500,
      problem: 'The answer was 500',
      nextAttemptAt: new Date(api.clock.nowMs() + 1000).toISOString(),
    })
    expect(behind).toMatchObject({ status: 'pending', attempts: 0, nextAttemptAt: null })
    await send(sending)
    expect(to.received).toHaveLength(1)
    for (const pauseSeconds of [1, 5, 30, 120, 300, 900, 900]) {
      api.clock.advance(pauseSeconds - 0.001)
      await send(sending)
      const before = to.received.length
      api.clock.advance(0.001)
      await send(sending)
      expect([pauseSeconds, to.received.length]).toEqual([pauseSeconds, before + 1])
    }
    const ids = new Set(to.received.map(({ headers }) => headers['webhook-id']))
    expect([...ids]).toEqual([first?.eventId])
    expect((await owner.agent.get(path)).body).toMatchObject({
      enabled: true,
      failingSince: first?.['lastAttemptAt'],
    })
    to.answer = (_message, response) => void response.end()
    api.clock.advance(900)
    await send(sending)
    expect(to.received.at(-1)?.message.data.event.keyId).toBe(id)
    expect((await owner.agent.get(path)).body).toMatchObject({ failingSince: null })
  })

  test('a receiver that was down for an hour gets everything, in order, once', async () => {
    const { api, owner, to, sending } = await stage(await open(), { events: ['key.created'] })
    to.answer = (_message, response) => void response.writeHead(503).end()
    const made: string[] = []
    for (let minute = 0; minute < 60; minute += 5) {
      made.push((await api.issueKey(owner)).id)
      await send(sending)
      api.clock.advance(300)
    }
    to.received.length = 0
    to.answer = (_message, response) => void response.end()
    api.clock.advance(900)
    await send(sending)
    expect(to.received.map(({ message }) => message.data.event.keyId)).toEqual(made)
  })

  test('after three days of failures a webhook is disabled, and its messages fail', async () => {
    const { api, owner, to, sending, path } = await stage(await open())
    to.answer = (_message, response) => void response.writeHead(500).end()
    await api.issueKey(owner)
    await api.issueKey(owner)
    await send(sending)
    api.clock.advance(3 * DAY_SECONDS - 1)
    await send(sending)
    expect((await owner.agent.get(path)).body).toMatchObject({ enabled: true })
    api.clock.advance(HOUR_SECONDS)
    await send(sending)
    expect((await owner.agent.get(path)).body).toMatchObject({
      enabled: false,
      disabledReason: 'failing',
    })
    expect((await deliveries(owner, path)).map(({ status }) => status)).toEqual([
      'failed',
      'failed',
    ])
    const { body } = await owner.agent.get('/api/audit-events?action=webhook.disabled')
    expect(body).toMatchObject({
      data: [{ actor: { type: 'system' }, changes: { reason: 'failing' } }],
    })
  })

  test('410 disables a webhook at once', async () => {
    const { api, owner, to, sending, path } = await stage(await open())
    to.answer = (_message, response) => void response.writeHead(410).end()
    await api.issueKey(owner)
    await send(sending)
    expect((await owner.agent.get(path)).body).toMatchObject({
      enabled: false,
      disabledReason: 'gone',
    })
    expect(await deliveries(owner, path)).toMatchObject([{ status: 'failed', responseStatus: 410 }])
  })

  test('enabled again, it begins with what happens from then on', async () => {
    const { api, owner, to, sending, path } = await stage(await open(), { events: ['key.created'] })
    await owner.agent.patch(path).send({ enabled: false }).expect(200)
    await api.issueKey(owner)
    await send(sending)
    await owner.agent.patch(path).send({ enabled: true }).expect(200)
    const { id } = await api.issueKey(owner)
    await send(sending)
    expect(to.received.map(({ message }) => message.data.event.keyId)).toEqual([id])
  })

  test('enabled again with resumeFrom, it begins after that event', async () => {
    const { api, owner, to, sending, path } = await stage(await open(), { events: ['key.created'] })
    await owner.agent.patch(path).send({ enabled: false }).expect(200)
    const made = [await api.issueKey(owner), await api.issueKey(owner), await api.issueKey(owner)]
    const { body } = await owner.agent.get(`/api/audit-events?keyId=${made[0]?.id}`)
    const [event] = (body as { data: { id: string }[] }).data
    const foreign = await api.issueKey(await api.owner())
    const { body: others } = await api.ctx.db
      .selectFrom('audit_events')
      .select('id')
      .where('key_id', '=', foreign.id)
      .executeTakeFirstOrThrow()
      .then((row) => ({ body: row.id }))
    for (const resumeFrom of ['evt_1', 'evt_\u0000', 'x', others])
      expectError(
        await owner.agent.patch(path).send({ enabled: true, resumeFrom }),
        400,
        'INVALID_INPUT',
      )
    expectError(await owner.agent.patch(path).send({ resumeFrom: event?.id }), 400, 'INVALID_INPUT')
    await owner.agent.patch(path).send({ enabled: true, resumeFrom: event?.id }).expect(200)
    await send(sending)
    expect(to.received.map(({ message }) => message.data.event.keyId)).toEqual(
      made.slice(1).map(({ id }) => id),
    )
  })

  test('an old secret signs along for 24 hours', async () => {
    const { api, owner, to, sending, secret: old, path } = await stage(await open())
    const { body } = await owner.agent.post(`${path}/rotate-secret`).expect(200)
    const { secret } = body as { secret: string }
    const signers = async () => {
      to.received.length = 0
      await owner.agent.post(`${path}/test`).expect(202)
      await send(sending)
      const message = to.received.find((it) => it.message.type === 'webhook.test')
      if (!message) throw new Error('no test message came')
      // The library compares with the real clock, which the test's has left.
      return message.headers['webhook-signature']?.split(' ').length
    }
    await send(sending)
    expect(to.received.every((it) => isSignedWith(secret, it) && isSignedWith(old, it))).toBe(true)
    expect(await signers()).toBe(2)
    api.clock.advance(DAY_SECONDS + 1)
    expect(await signers()).toBe(1)
  })

  test('deliveries are kept for 30 days, and those that wait for longer', async () => {
    const { api, owner, to, sending, path } = await stage(await open())
    await api.issueKey(owner)
    await send(sending)
    api.clock.advance(29 * DAY_SECONDS)
    to.answer = (_message, response) => void response.writeHead(500).end()
    await api.issueKey(owner)
    await send(sending)
    api.clock.advance(DAY_SECONDS + 1)
    await forgetDeliveries(api.ctx, new AbortController().signal)
    expect(await deliveries(owner, path)).toMatchObject([{ status: 'pending' }])
  })
})
