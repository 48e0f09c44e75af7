import { expect, test } from 'vitest'
import { expectError, onEachDatabase } from '../../../../../scripts/testkit/api/kit.ts'
import {
  isSignedWith,
  type Receiver,
} from '../../../../../scripts/testkit/processes/open-receiver.ts'
import { receiver } from '../../../../../scripts/testkit/processes/receiver.ts'
import { deliveries, send, sender, stage, type Delivery } from '../../../../test/sending.ts'

const typesAt = ({ received }: Receiver) => received.map(({ message }) => message.type)

onEachDatabase((open) => {
  test("an organization's events arrive in their order, signed, with the key as it is now", async () => {
    const { api, owner, to, sending, secret, path } = await stage(await open())
    const key = await api.issueKey(owner, { label: 'Rotated soon' })
    await owner.agent.patch(`/api/keys/${key.id}`).send({ enabled: false }).expect(200)
    await owner.agent.delete(`/api/keys/${key.id}`).expect(204)
    await send(sending)
    expect(typesAt(to)).toEqual(['key.created', 'key.disabled', 'key.revoked'])
    const { body: log } = await owner.agent.get(`/api/audit-events?keyId=${key.id}`)
    const events = (log as { data: { id: string; at: string }[] }).data.toReversed()
    for (const [at, received] of to.received.entries()) {
      expect(isSignedWith(secret, received)).toBe(true)
      expect(received.headers).toMatchObject({
        'content-type': 'application/json',
        'webhook-id': events[at]?.id,
      })
      expect(received.message).toEqual({
        type: typesAt(to)[at],
        timestamp: events[at]?.at,
        data: {
          event: events[at],
          key: expect.objectContaining({ id: key.id, status: 'revoked' }),
        },
      })
    }
    expect(JSON.stringify(to.received)).not.toContain(key.key)
    expect(await deliveries(owner, path)).toEqual(
      events.toReversed().map(({ id }) => ({
        id: expect.stringMatching(/^dlv_/),
        eventId: id,
        type: expect.any(String),
        createdAt: api.clock.now(),
        status: 'delivered',
        attempts: 1,
        lastAttemptAt: api.clock.now(),
        responseStatus: 200,
        problem: null,
        nextAttemptAt: null,
      })),
    )
  })

  test('a webhook hears of the events that it named, and of no other organization', async () => {
    const { api, owner, to, sending } = await stage(await open(), { events: ['key.revoked'] })
    await api.issueKey(await api.owner())
    const { id } = await api.issueKey(owner)
    await send(sending)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    await send(sending)
    expect(to.received.map(({ message }) => message.data.event.keyId)).toEqual([id])
  })

  test('a test is sent once, whatever the answer, also by a disabled webhook', async () => {
    const { owner, to, sending, secret, path } = await stage(await open())
    await owner.agent.patch(path).send({ enabled: false }).expect(200)
    to.answer = (_message, response) => void response.writeHead(500).end()
    const { body } = await owner.agent.post(`${path}/test`).expect(202)
    expect(body).toMatchObject({ type: 'webhook.test', status: 'pending', attempts: 0 })
    await send(sending)
    await send(sending)
    expect(typesAt(to)).toEqual(['webhook.test'])
    expect(isSignedWith(secret, to.received[0]!)).toBe(true)
    expect(await deliveries(owner, path)).toMatchObject([
      { id: (body as Delivery).id, status: 'failed', attempts: 1, nextAttemptAt: null },
    ])
  })

  test('a delivery is sent again when it is asked for, beside the line', async () => {
    const { api, owner, to, sending, path } = await stage(await open())
    await api.issueKey(owner)
    await send(sending)
    const [first] = await deliveries(owner, path)
    const resend = () => owner.agent.post(`${path}/deliveries/${first?.id}/resend`)
    expect((await resend().expect(202)).body).toMatchObject({ id: first?.id, status: 'pending' })
    await send(sending)
    expect(to.received.map(({ headers }) => headers['webhook-id'])).toEqual([
      first?.eventId,
      first?.eventId,
    ])
    expect(await deliveries(owner, path)).toMatchObject([{ status: 'delivered', attempts: 2 }])
    expectError(await owner.agent.post(`${path}/deliveries/dlv_1/resend`), 404, 'NOT_FOUND')
  })

  test('no more than ten messages that were asked for wait', async () => {
    const { owner, path } = await stage(await open())
    for (let count = 0; count < 10; count++) await owner.agent.post(`${path}/test`).expect(202)
    expectError(await owner.agent.post(`${path}/test`), 409, 'CONFLICT')
  })

  test('a webhook that lags delays no other', async () => {
    const { api, owner, to, sending } = await stage(await open(), { events: ['key.created'] })
    const slow = await receiver()
    let answer = () => undefined as void
    slow.answer = (_message, response) => (answer = () => void response.end())
    await owner.agent
      .post('/api/webhooks')
      .send({ url: slow.url, events: ['*'] })
      .expect(201)
    await api.issueKey(owner)
    await sending.look()
    await Promise.all([slow.until(1), to.until(1)])
    await api.issueKey(owner)
    await sending.look()
    await to.until(2)
    expect(slow.received).toHaveLength(1)
    answer()
    await slow.until(2)
    answer()
    await sending.idle()
  })

  test('what a process that died left unsent is sent by the next one', async () => {
    const { api, owner, to, sending } = await stage(await open(), { events: ['key.created'] })
    await sending.stop()
    const made = [(await api.issueKey(owner)).id, (await api.issueKey(owner)).id]
    await send(sender(api))
    expect(to.received.map(({ message }) => message.data.event.keyId)).toEqual(made)
  })

  test('a secret that was altered in the database signs nothing', async () => {
    const { api, owner, to, sending, id } = await stage(await open())
    await api.ctx.db
      .updateTable('webhooks')
      .set({ sealed_secret: Buffer.from('altered') })
      .where('id', '=', id)
      .execute()
    await api.issueKey(owner)
    await send(sending)
    expect(to.received).toEqual([])
    expect(api.logs.join('')).toContain('webhooks.sealed_secret')
  })
})
