import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'
import { deliveries, send, stage } from '../../../test/sending.ts'
import { handOnTrace } from './hand-on-trace.ts'
import { withTrace } from './trace-context.ts'

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test('a request of fetch bears the trace for which it is sent', async () => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers['traceparent'] as string | undefined)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  onTestFinished(handOnTrace())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const ask = () => fetch(url, { headers: { Connection: 'close' } })
  await withTrace(traceparent, ask)
  await ask()
  expect(asked).toEqual([traceparent, undefined])
})

onEachDatabase((open) => {
  test('the message of an event bears the trace of the request that made it', async () => {
    const { api, owner, to, sending, path } = await stage(await open(), { events: ['key.created'] })
    onTestFinished(handOnTrace())
    const create = (headers: Record<string, string>) =>
      owner.agent.post('/api/keys').set(headers).send({ label: 'Production server' }).expect(201)
    await create({ traceparent: `cc${traceparent.slice(2)}-of a later version` })
    await create({})
    await create({ traceparent: 'of no trace' })
    await send(sending)
    const [, , first] = await deliveries(owner, path)
    await owner.agent.post(`${path}/deliveries/${first?.id}/resend`).expect(202)
    await send(sending)
    expect(to.received.map(({ headers }) => headers['traceparent'])).toEqual([
      traceparent,
      undefined,
      undefined,
      traceparent,
    ])
    const { body } = await owner.agent.get('/api/audit-events').expect(200)
    expect(JSON.stringify(body)).not.toContain(traceparent)
    expect(api.logs.join('')).toContain('4bf92f3577b34da6a3ce929d0e0e4736')
  })
})
