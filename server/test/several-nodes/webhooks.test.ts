import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { send, sender, stage } from '../sending.ts'
import { threeNodes } from './three-nodes.ts'

test('one node sends; when its claim runs out another one goes on where it stopped', async () => {
  const { api, nodes } = await threeNodes()
  const { owner, to, sending } = await stage(api, { events: ['key.created'] })
  await send(sending)
  const first = await api.issueKey(owner)
  const other = sender({ ...api, ctx: nodes[1]!.ctx })
  await send(other)
  expect(to.received).toEqual([])
  await send(sending)
  const second = await api.issueKey(owner)
  await sql`update webhook_sender set until = clock_timestamp() - interval '1 second'`.execute(
    api.ctx.db,
  )
  await send(sender({ ...api, ctx: nodes[2]!.ctx }))
  expect(to.received.map(({ message }) => message.data.event.keyId)).toEqual([first.id, second.id])
})

test('a node that stops lets another one send at once', async () => {
  const { api, nodes } = await threeNodes()
  const { owner, to, sending } = await stage(api, { events: ['key.created'] })
  await send(sending)
  await api.issueKey(owner)
  await sending.stop()
  await send(sender({ ...api, ctx: nodes[1]!.ctx }))
  expect(to.received).toHaveLength(1)
})
